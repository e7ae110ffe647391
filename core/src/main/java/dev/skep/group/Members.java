package dev.skep.group;

import dev.skep.Pid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The members of one group, the first one first. The scope's process changes it; any thread walks along it
/// meanwhile: who has left keeps the way on, and is never put in again, so a reader meets everybody who is in for
/// as long as it reads.
///
/// @param <G> the groups
final class Members<G> {
    /// One membership of one process.
    static final class Member<G> {
        final Members<G> members;
        final Pid pid;
        private @Nullable Member<G> previous;
        private volatile @Nullable Member<G> next;

        private Member(Members<G> members, Pid pid) {
            this.members = members;
            this.pid = pid;
        }
    }

    final G group;
    private volatile @Nullable Member<G> first;
    private @Nullable Member<G> last;

    Members(G group) {
        this.group = group;
    }

    Member<G> add(Pid pid) {
        Member<G> added = new Member<>(this, pid);
        Member<G> before = last;
        added.previous = before;
        last = added;
        if (before == null) {
            first = added;
        } else {
            before.next = added;
        }
        return added;
    }

    void remove(Member<G> removed) {
        Member<G> before = removed.previous;
        Member<G> after = removed.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        removed.previous = null;
    }

    boolean isEmpty() {
        return last == null;
    }

    /// Whether there is one that lives. From any thread.
    boolean hasLiving() {
        for (Member<G> member = first; member != null; member = member.next) {
            if (member.pid.isAlive()) {
                return true;
            }
        }
        return false;
    }

    /// Those that live. From any thread.
    List<Pid> living() {
        List<Pid> pids = new ArrayList<>();
        for (Member<G> member = first; member != null; member = member.next) {
            if (member.pid.isAlive()) {
                pids.add(member.pid);
            }
        }
        return pids;
    }

    /// All of them. By the scope's process.
    List<Pid> all() {
        List<Pid> pids = new ArrayList<>();
        for (Member<G> member = first; member != null; member = member.next) {
            pids.add(member.pid);
        }
        return pids;
    }
}
