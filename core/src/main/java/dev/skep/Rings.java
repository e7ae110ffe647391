package dev.skep;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/// Finds servers that wait for each other, when a call has timed out.
///
/// A process that waits for a call publishes the call on its worker. From the call that timed out, the search follows
/// these: to the server that has the call, to the call that this one waits for, and so on, until it comes back to where
/// it has been.
///
/// What it finds is a ring, and no patchwork of different moments: each request is waited for in one stretch of time,
/// and every link of the ring is looked at twice. All second looks come after all first looks, so between them there
/// was a moment at which all links held. A call that its server has put off to answer it later ([Request#defer()]) is
/// no link: the server does not wait on its behalf.
///
/// Who gives up breaks the ring, and those who time out next would not see it any more; with inherited deadlines,
/// all of them time out at once. So who finds a ring notes it for all calls of the ring, and for those that its
/// members are handling, before it gives up its own call. Who finds the ring broken looks for notes after that: what
/// it has found done was done after the note. A note is kept for as long as the call is.
final class Rings {
    // Weak keys, compared by identity. Under the lock; whether there are any is read without it.
    private final Map<Object, List<Pid>> notes = new WeakHashMap<>();
    private volatile boolean noted;

    /// Why the call that the current thread gives up may have got no answer.
    ///
    /// @param request the call; null while no server has it
    /// @return the processes that wait for each other, each for the next, the last for the first: from the caller
    ///     on if it is one of them; empty if none were found
    static List<Pid> search(@Nullable Request request) {
        List<Request> path = new ArrayList<>();
        Map<Process, Integer> waiting = new HashMap<>();
        Request at = request;
        while (at != null) {
            path.add(at);
            if (at.isDeferred()) {
                break;
            }
            if (at.caller != null && (at != request || isCurrent(at.caller))) { // others may await a pending call
                waiting.put(at.caller, path.size() - 1);
            }
            Integer first = waiting.get(at.target);
            if (first != null) {
                List<Pid> ring = confirmed(path.subList(first, path.size()), request);
                return ring.isEmpty() ? noted(path) : ring;
            }
            at = awaitedBy(at.target);
        }
        return noted(path);
    }

    /// The ring that somebody else has found before it was broken.
    private static List<Pid> noted(List<Request> path) {
        for (Request request : path) {
            List<Pid> ring = request.target.node.rings.noteOf(request.call());
            if (!ring.isEmpty()) {
                return entered(path, ring);
            }
        }
        return List.of();
    }

    private static boolean isCurrent(Process process) {
        Worker here = Worker.current();
        return here != null && here.process == process;
    }

    private static @Nullable Request awaitedBy(Process process) {
        Worker worker = process.worker();
        Outstanding call = worker == null ? null : worker.awaited();
        Request request = call == null ? null : call.request();
        return request != null && request.caller == process && !request.isDone() ? request : null;
    }

    private static List<Pid> confirmed(List<Request> ring, @Nullable Request mine) {
        List<Pid> members = new ArrayList<>();
        for (Request link : ring) {
            Process member = link.caller;
            if (member == null || link.isDeferred() || (link != mine && awaitedBy(member) != link)) {
                return List.of();
            }
            members.add(member);
        }
        for (Request link : ring) {
            note(link, members);
            if (link.target.current() instanceof Request handled) {
                note(handled, members);
            }
        }
        return members;
    }

    private static void note(Request request, List<Pid> ring) {
        request.target.node.rings.note(request.call(), List.copyOf(ring));
    }

    private synchronized void note(Object call, List<Pid> ring) {
        notes.put(call, ring);
        noted = true;
    }

    private List<Pid> noteOf(Object call) {
        return noted ? noteLocked(call) : List.of();
    }

    private synchronized List<Pid> noteLocked(Object call) {
        noted = !notes.isEmpty();
        return notes.getOrDefault(call, List.of());
    }

    /// The ring from where the path comes upon it, whoever has found it.
    private static List<Pid> entered(List<Request> path, List<Pid> ring) {
        Process caller = path.getFirst().caller;
        int start = caller == null ? -1 : ring.indexOf(caller);
        for (int i = 0; i < path.size() && start < 0; i++) {
            start = ring.indexOf(path.get(i).target);
        }
        int first = Math.max(0, start);
        List<Pid> turned = new ArrayList<>(ring.subList(first, ring.size()));
        turned.addAll(ring.subList(0, first));
        return turned;
    }

    /// A ring for the message of a failure: `a -> b -> a wait for each other`.
    static String describe(List<Pid> ring) {
        StringBuilder text = new StringBuilder();
        ring.forEach(pid -> text.append(pid).append(" -> "));
        return text.append(ring.getFirst()).append(" wait for each other").toString();
    }
}
