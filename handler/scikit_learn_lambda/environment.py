"""What must stand in the environment before numpy and joblib are imported."""

from typing import Dict, Mapping, MutableMapping

# Memory that comes with one processor, in MB: AWS Lambda developer guide, "Configure memory".
MEMORY_OF_A_PROCESSOR = 1769
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def defaults(environ: Mapping[str, str]) -> Dict[str, str]:
    """What to set where nothing is set; empty outside Lambda.

    Lambda shows two processors whatever a function may use of them, and has no shared memory.
    """
    memory = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
    if not memory.isdigit():
        return {}
    threads = str(max(1, round(int(memory) / MEMORY_OF_A_PROCESSOR)))
    # joblib would look for semaphores that Lambda has not, and warn.
    return {"JOBLIB_MULTIPROCESSING": "0", **dict.fromkeys(THREADS, threads)}


def prepare(environ: MutableMapping[str, str]) -> None:
    """Set the defaults; what the deployer set stays."""
    for name, value in defaults(environ).items():
        environ.setdefault(name, value)


def is_eager(environ: Mapping[str, str]) -> bool:
    """Whether to load the model at import: on Lambda, or where SKLEARN_EAGER=1 asks for it."""
    return bool(environ.get("AWS_LAMBDA_RUNTIME_API")) or environ.get("SKLEARN_EAGER") == "1"
