"""The guided tour: `syncd demo` shows the product at work on the sandbox, and verifies it."""
