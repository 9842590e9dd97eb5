"""quickbase"""
