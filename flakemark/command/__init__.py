"""The command line: options in, exit code out.

parser      the options
diagnose    `flakemark diagnose`
replay      `flakemark replay`
diff        `flakemark diff`
"""
