"""The process and what is around it.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from flakemark.trace.known.source import ENVIRONMENT, LOCALE, MEMORY, PID, THREADS, Source, rows

ENVIRON = Source("os.environ", ENVIRONMENT)
ENVIRON_READS = frozenset({"get", "__getitem__", "__contains__", "pop", "setdefault", "items", "keys", "values", "copy"})
WEAK_REFERENCE = Source("weakref.ref", MEMORY)

SURROUNDINGS: dict[str, Source] = {
    **rows(ENVIRONMENT, (
        "os.getenv", "os.getenvb", "posixpath.expanduser=os.path.expanduser", "posixpath.expandvars=os.path.expandvars",
        "pathlib.Path.home=Path.home", "posix.getcwd=os.getcwd", "pathlib.Path.cwd=Path.cwd", "tempfile.gettempdir", "shutil.which",
        "posix.getuid=os.getuid", "posix.getlogin=os.getlogin", "getpass.getuser",
        "posix.cpu_count=os.cpu_count", "os.cpu_count", "os.process_cpu_count", "posix.process_cpu_count=os.process_cpu_count",
        "multiprocessing.context.BaseContext.cpu_count=multiprocessing.cpu_count", "posix.sched_getaffinity=os.sched_getaffinity",
        "posix.getloadavg=os.getloadavg", "posix.uname=os.uname", "posix.get_terminal_size=os.get_terminal_size",
        "shutil.get_terminal_size", "_socket.gethostname=socket.gethostname", "socket.getfqdn",
        *(f"platform.{name}" for name in (
            "system", "node", "machine", "platform", "release", "version", "processor", "uname", "python_version",
            "python_implementation", "architecture",
        )),
    )),
    **rows(PID, ("posix.getpid=os.getpid", "posix.getppid=os.getppid")),
    **rows(LOCALE, (
        "locale.getlocale", "locale.setlocale", "locale.getdefaultlocale", "locale.getpreferredencoding",
        "_locale.localeconv=locale.localeconv",
        "_locale.getencoding=locale.getencoding", "_locale.strcoll=locale.strcoll", "_locale.strxfrm=locale.strxfrm", "time.tzset",
        "datetime.datetime.astimezone",
    )),
    **rows(MEMORY, (
        "gc.collect", "gc.get_count", "gc.get_objects", "gc.get_stats", "gc.get_referrers", "sys.getrefcount", "sys.getsizeof",
        "sys.getallocatedblocks", "_weakref.getweakrefcount=weakref.getweakrefcount",
        "_tracemalloc.get_traced_memory=tracemalloc.get_traced_memory", "resource.getrusage",
    )),
    **rows(THREADS, (
        "threading.active_count", "threading.enumerate", "_thread.get_ident=threading.get_ident",
        "_thread.get_native_id=threading.get_native_id", "threading.Thread.is_alive=Thread.is_alive",
        "multiprocessing.process.active_children=multiprocessing.active_children", "queue.Queue.qsize=Queue.qsize",
        "queue.Queue.empty=Queue.empty", "concurrent.futures._base.Future.done=Future.done", "subprocess.Popen.poll=Popen.poll",
    )),
}  # fmt: skip
