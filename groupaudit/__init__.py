"""groupaudit"""
