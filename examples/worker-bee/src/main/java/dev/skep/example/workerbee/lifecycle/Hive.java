package dev.skep.example.workerbee.lifecycle;

import dev.skep.CallException;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.application.ApplicationError;
import dev.skep.application.ApplicationType;
import dev.skep.application.Applications;
import dev.skep.application.Config;
import dev.skep.example.workerbee.data.ListenerRpc;
import dev.skep.example.workerbee.data.Names;
import dev.skep.example.workerbee.data.OutboxRpc;
import dev.skep.example.workerbee.data.TreeNode;
import dev.skep.example.workerbee.data.UserRpc;
import dev.skep.example.workerbee.workers.Database;
import dev.skep.example.workerbee.workers.Restarts;
import dev.skep.supervisor.ChildInfo;
import dev.skep.supervisor.ChildType;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.supervisor.SupervisorRpc;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The running service: a node, and the application on it. For those who want to look at it while it runs.
public final class Hive implements AutoCloseable {
    private final Node node;
    private final Config config;
    private final Restarts watch;

    private Hive(Node node, Config config, Restarts watch) {
        this.node = node;
        this.config = config;
        this.watch = watch;
    }

    /// Starts the service. Blocks until all of it runs.
    ///
    /// @param service what to start
    /// @param config its settings
    /// @return the running service, or why there is none; nothing is left running then
    static Result<Hive, ApplicationError> start(WorkerBee service, Config config) {
        var watch = new Restarts();
        Node node = Node.builder("hive").listener(watch).start();
        var hive = new Hive(node, config, watch);
        boolean runs = false;
        try {
            Result<Hive, ApplicationError> started = Applications.of(node)
                    .configuredBy(_ -> config)
                    .start(service, ApplicationType.TEMPORARY)
                    .map(_ -> hive);
            runs = started.isOk();
            return started;
        } finally {
            if (!runs) {
                hive.close();
            }
        }
    }

    /// The node that it runs on.
    ///
    /// @return the node
    public Node node() {
        return node;
    }

    /// The user manager, whichever process it is at each call.
    ///
    /// @return the reference
    public ServerRef<UserRpc> users() {
        return node.ref(Names.USERS);
    }

    /// Where it listens for HTTP.
    ///
    /// @return the address, without a path
    public URI address() {
        return node.ref(Names.HTTP).call(new ListenerRpc.Address());
    }

    /// Where its users are.
    Database database() {
        return Database.at(config.get(WorkerBee.DATABASE));
    }

    /// How many database workers it has.
    int databaseWorkers() {
        return config.get(WorkerBee.DATABASE_WORKERS);
    }

    /// Who hears of restarts.
    Restarts watch() {
        return watch;
    }

    // ---- How it is doing -----------------------------------------------------------------------------------------

    /// The supervision tree as it is now. Blocks while a supervisor is starting a child.
    ///
    /// @return its root
    public TreeNode tree() {
        return supervisor(Tree.ROOT, node.whereis(Tree.ROOT), 0);
    }

    private TreeNode node(ChildInfo child) {
        return child.type() == ChildType.SUPERVISOR && !child.id().equals(Names.MAILS.text())
                ? supervisor(Name.of(child.id()), child.pid(), child.restarts())
                : new TreeNode(child.id(), shown(child.pid()), child.restarts(), List.of());
    }

    /// A supervisor that does not answer is as good as none: it is being restarted itself.
    private TreeNode supervisor(Name<SupervisorRpc> name, Optional<Pid> pid, long restarts) {
        try {
            List<TreeNode> children = SupervisorRef.of(node, name).whichChildren().reversed().stream()
                    .map(this::node)
                    .toList();
            return new TreeNode(name.text(), shown(pid), restarts, children);
        } catch (CallException.Interrupted e) {
            throw e;
        } catch (CallException _) {
            return new TreeNode(name.text(), Optional.empty(), restarts, List.of());
        }
    }

    private static Optional<String> shown(Optional<Pid> pid) {
        return pid.map(Pid::toString).map(Hive::shortened);
    }

    /// A pid without the name that stands beside it already.
    private static String shortened(String pid) {
        int blank = pid.indexOf(' ');
        return blank < 0 ? pid : pid.substring(0, blank) + ">";
    }

    /// How often supervisors have restarted something.
    ///
    /// @return how often
    public long restarts() {
        return watch.total();
    }

    /// How many welcome mails are still to be sent.
    ///
    /// @return the number; empty if the outbox does not answer
    OptionalLong unsentMails() {
        try {
            return OptionalLong.of(node.ref(Names.OUTBOX).call(new OutboxRpc.Waiting()));
        } catch (CallException.Interrupted e) {
            throw e;
        } catch (CallException _) {
            return OptionalLong.empty();
        }
    }

    // ---- Its end -------------------------------------------------------------------------------------------------

    /// Ends all of it in the reverse order of its start. Blocks, also if the thread is interrupted.
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        node.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
