package dev.skep.example.workerbee.boundary;

import dev.skep.example.workerbee.data.Problem;

/// Ends the handling of an HTTP request that makes no sense. It never leaves [UserRoutes].
final class RefusedRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Problem problem;

    RefusedRequest(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
