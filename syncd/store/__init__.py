"""What syncd remembers: links, baselines, the journal, cursors, budgets and tokens.

`open_store` (store.py) is the way in; every answer is a frozen dataclass of `rows.py`.
No other room imports SQLModel, SQLAlchemy or a database driver.
"""
