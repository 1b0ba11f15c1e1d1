"""What the runner must know of a case: its time limit, and where it may run."""


def limit(seconds):
    """The case may take so long (60 s if not marked); three times that under a sanitizer."""
    def mark(function):
        function.limit = seconds
        return function
    return mark


def threaded(function):
    """Worth a run under ThreadSanitizer: several threads of the product take part."""
    function.threaded = True
    return function


def alone(function):
    """Measures something, so nothing else may run beside it."""
    function.alone = True
    return function


def release_only(function):
    """Measures what only the release build promises."""
    function.release_only = True
    return function
