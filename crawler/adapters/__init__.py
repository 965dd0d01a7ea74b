"""crawler/adapters"""
