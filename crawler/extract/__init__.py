"""crawler/extract"""
