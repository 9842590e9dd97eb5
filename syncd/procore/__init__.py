"""procore"""
