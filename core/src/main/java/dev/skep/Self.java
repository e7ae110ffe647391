package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/// A process, as its own code sees it: what Erlang's built-in functions do for the calling process.
///
/// Only the process itself may use it: from any other thread every method but [#node()], [#pid()] and
/// [#ref()] throws an [IllegalStateException]. Unless stated otherwise, a method does not block.
///
/// @param <P> the protocol that the process speaks
public interface Self<P> {
    /// The node that the process lives on.
    ///
    /// @return the node
    Node node();

    /// The process's identity. Erlang: `self/0`.
    ///
    /// @return its pid
    Pid pid();

    /// The process, to be called and cast to by others.
    ///
    /// @return a reference by pid
    ServerRef<P> ref();

    /// How long the caller of the call that is being handled is still going to wait. The calls that this process makes
    /// meanwhile wait no longer than that: [ServerRef#call(Call, Duration)], [PendingCall#get(Duration)],
    /// [PendingCall#await(Duration)], [PendingCalls], [ServerRef#multiCall(java.util.List, Call, Duration)],
    /// [ServerRef#stop(ExitReason, Duration)], and the starts.
    ///
    /// That holds while the handler runs, and what it continues with, until the call is answered. It does not hold
    /// for what the process does later, other messages, and `terminate`. In a plain process, which receives one
    /// [Incoming] after the other and may deal with several at once, it never holds: there use [From#timeLeft()].
    ///
    /// @return the time left, zero when it is over; empty if no call is being handled, it has been answered, or its
    ///     caller waits for ever
    Optional<Duration> timeLeft();

    /// Makes sure that this is the process's own code: for libraries whose methods take a Self.
    ///
    /// @param operation what was called, for the error message
    /// @throws IllegalStateException from any other thread
    /// @throws ProcessExit if the process has been told to end
    void requireInside(String operation);

    /// Says what this process is, for [Pid#label()], [ProcessInfo] and crash reports: something more telling than the
    /// name of a class, and need not be unique as a registered name has to be. A later label takes the place of an
    /// earlier one. Erlang: `proc_lib:set_label/1` of OTP 27.
    ///
    /// @param label an immutable value
    /// @throws NotSendableException if the node is strict and the label can be changed
    ///     ([NodeBuilder#strict(boolean)])
    void label(Object label);

    /// Whether exit signals become [Exit] messages instead of ending the process.
    /// Erlang: `process_flag(trap_exit, Flag)`.
    ///
    /// @param trap true to trap exits
    /// @return what was set before
    boolean trapExit(boolean trap);

    /// Links this process to another: when one ends, the other gets an exit signal. A link to a
    /// process that has ended gives an exit signal `noproc`. Linking twice is linking once.
    /// Erlang: `link/1`.
    ///
    /// @param other the other process
    void link(Pid other);

    /// Removes a link, if there is one. When this returns, no exit signal of that link takes effect; an
    /// [Exit] message that is in the mailbox already stays. Erlang: `unlink/1`.
    ///
    /// @param other the other process
    void unlink(Pid other);

    /// Asks for one [Down] message when `target` ends. Erlang: `monitor(process, Pid)`.
    ///
    /// @param target the process to watch
    /// @return the monitor, which the message carries
    Monitor monitor(Pid target);

    /// Asks for one [Down] message when the process that has the name now ends; at once, with `noproc`, when
    /// nobody has it. Erlang: `monitor(process, Name)`.
    ///
    /// @param target the name
    /// @return the monitor, which the message carries
    Monitor monitor(Name<?> target);

    /// Withdraws a monitor. Its [Down] message is in the mailbox already if it has fired, and is left there.
    /// Erlang: `demonitor(Ref, [info])`.
    ///
    /// @param monitor a monitor of this process
    /// @return true if it had not fired yet
    boolean demonitor(Monitor monitor);

    /// Withdraws a monitor and removes its [Down] message from the mailbox. Erlang: `demonitor(Ref, [flush,
    /// info])`.
    ///
    /// @param monitor a monitor of this process
    /// @return true if it had not fired yet
    boolean demonitorAndFlush(Monitor monitor);

    /// An address of this process that can be withdrawn. Erlang: `alias/0`.
    ///
    /// @return the alias
    Alias alias();

    /// An address of this process that is withdrawn by the first message that comes through it.
    /// Erlang: `alias([reply])`.
    ///
    /// @return the alias
    Alias aliasForOneReply();

    /// A monitor with an alias that is withdrawn when the monitor is: by [#demonitor(Monitor)] or by firing.
    /// Erlang: `monitor(process, Pid, [{alias, demonitor}])`.
    ///
    /// @param target the process to watch
    /// @return the monitor and its alias
    AliasedMonitor monitorWithAlias(Pid target);

    /// A monitor with an alias for a single message: whichever comes first, that message or the [Down], withdraws
    /// both. So who sends its own kind of request, with the alias in it, gets an answer or the news of the target's
    /// end, but never both.
    ///
    /// Erlang: `monitor(process, Pid, [{alias, reply_demonitor}])`.
    ///
    /// @param target the process to watch
    /// @return the monitor and its alias
    AliasedMonitor monitorWithAliasForOneReply(Pid target);

    /// Withdraws an alias. When this returns, nothing more comes through it. Erlang: `unalias/1`.
    ///
    /// @param alias an alias of this process
    /// @return false if it was withdrawn before
    boolean unalias(Alias alias);

    /// Withdraws an alias, and removes what has come through it from the mailbox. When this returns, nothing of it
    /// is seen any more.
    ///
    /// @param alias an alias of this process
    /// @return false if it was withdrawn before
    boolean unaliasAndFlush(Alias alias);

    /// A monitor and the alias that goes with it.
    ///
    /// @param monitor the monitor
    /// @param alias the alias
    record AliasedMonitor(Monitor monitor, Alias alias) {
        /// Checks the parts.
        ///
        /// @param monitor the monitor
        /// @param alias the alias
        public AliasedMonitor {
            Objects.requireNonNull(monitor, "monitor");
            Objects.requireNonNull(alias, "alias");
        }
    }

    /// Says that this process goes on although it does not get to its next message: its health checks pass for
    /// it. For code that rightly takes long, called more often than the check's timeout. It costs next to
    /// nothing, also in a tight loop, and like every method here it ends code whose process has been told to end.
    ///
    /// A plain process whose code does something else than receive is checked from its first heartbeat on.
    void heartbeat();

    /// Ends this behaviour when the current callback has returned; a plain process ends at once. To end at once
    /// anywhere, throw a [ProcessExit].
    ///
    /// @param reason why it ends
    void stop(ExitReason reason);

    /// Ends the process here if it has been told to end, or has asked for it with [#stop(ExitReason)]; otherwise does
    /// nothing. For code that runs long without any other operation of Skep, and should not have to be abandoned.
    /// Erlang needs no such function: a process can be stopped anywhere.
    ///
    /// @throws ProcessExit if the process has to end
    void checkpoint();

    /// Lets time pass: the time of the node, so that under a clock of a test's own it takes no longer than the test
    /// says, where [Thread#sleep(Duration)] takes real time. Blocks. It ends too when the process is told to end.
    /// In a behaviour, whoever sends it something waits meanwhile: mostly a timer is better, such as
    /// [#sendAfter(Duration, Object)]. Erlang: `timer:sleep/1`.
    ///
    /// @param time zero or more; [ServerRef#FOREVER] until the process is told to end
    /// @throws InterruptedException if the thread is interrupted; its interrupt status is cleared
    /// @throws ProcessExit if the process has been told to end
    void sleep(Duration time) throws InterruptedException;

    /// Starts a plain process. Erlang: `spawn/1`.
    ///
    /// @param <M> what it is sent
    /// @param body its code
    /// @return its pid
    <M> Pid spawn(Body<M> body);

    /// Starts a plain process with a mailbox of your choice. Erlang: `spawn_opt/2`.
    ///
    /// @param <M> what it is sent
    /// @param mailbox how many messages may wait for it, and what happens beyond that
    /// @param body its code
    /// @return its pid
    <M> Pid spawn(Mailbox mailbox, Body<M> body);

    /// Starts a plain process that is linked to this one from its first moment. Erlang: `spawn_link/1`.
    ///
    /// @param <M> what it is sent
    /// @param body its code
    /// @return its pid
    <M> Pid spawnLink(Body<M> body);

    /// Starts a plain process with a mailbox of your choice, linked to this one from its first moment.
    /// Erlang: `spawn_opt/2` with `link`.
    ///
    /// @param <M> what it is sent
    /// @param mailbox how many messages may wait for it, and what happens beyond that
    /// @param body its code
    /// @return its pid
    <M> Pid spawnLink(Mailbox mailbox, Body<M> body);

    /// Starts a plain process that this one monitors from its first moment. Erlang: `spawn_monitor/1`.
    ///
    /// @param <M> what it is sent
    /// @param body its code
    /// @return the monitor, which knows the pid
    <M> Monitor spawnMonitor(Body<M> body);

    /// Starts a plain process with a mailbox of your choice, monitored by this one from its first moment.
    /// Erlang: `spawn_opt/2` with `monitor`.
    ///
    /// @param <M> what it is sent
    /// @param mailbox how many messages may wait for it, and what happens beyond that
    /// @param body its code
    /// @return the monitor, which knows the pid
    <M> Monitor spawnMonitor(Mailbox mailbox, Body<M> body);

    /// Starts a process of a behaviour and waits until its init is done. Erlang: `start`.
    ///
    /// @param <R> how the process is referred to
    /// @param spec what to start
    /// @return the outcome; [Started#orElseThrow()] gives the reference
    <R> Started<R> start(StartSpec<R> spec);

    /// Starts a process of a behaviour, linked to this one, and waits until its init is done. When the start
    /// fails, this process gets the exit signal too, as in OTP; but not when its init takes too long.
    /// Erlang: `start_link`.
    ///
    /// @param <R> how the process is referred to
    /// @param spec what to start
    /// @return the outcome; [Started#orElseThrow()] gives the reference
    <R> Started<R> startLink(StartSpec<R> spec);

    /// Starts a process, linked to this one, and does not wait for its init: the outcome, a [Started], comes as a
    /// [Response] message with `label`. So several processes can start at a time, and this one can go on.
    ///
    /// As with [#startLink(StartSpec)], there is an exit signal too when the start fails; here also if its init
    /// has taken too long. It may come before the [Response] or after it. What the call that is being handled has
    /// left of its time does not count: nobody waits. OTP has no such function.
    ///
    /// @param spec what to start
    /// @param label what the [Response] carries
    /// @return the process, whose init may not have begun
    /// @throws IllegalStateException if the node is closed
    Pid requestStartLink(StartSpec<?> spec, Object label);

    /// Starts a process of a behaviour, monitored by this one, and waits until its init is done.
    /// Erlang: `start_monitor`.
    ///
    /// @param <R> how the process is referred to
    /// @param spec what to start
    /// @return the outcome and, if it runs, the monitor
    <R> StartedMonitored<R> startMonitor(StartSpec<R> spec);

    /// The outcome of a start, and the monitor of the process.
    ///
    /// @param <R> how the process is referred to
    /// @param started the outcome
    /// @param monitor present when the process runs
    record StartedMonitored<R>(Started<R> started, Optional<Monitor> monitor) {
        /// Checks the parts.
        ///
        /// @param started the outcome
        /// @param monitor present when the process runs
        public StartedMonitored {
            Objects.requireNonNull(started, "started");
            Objects.requireNonNull(monitor, "monitor");
        }
    }

    /// Sends `message` to this process after `delay`. Erlang: `erlang:send_after(Time, self(), Message)`.
    ///
    /// @param delay zero or more
    /// @param message an immutable value
    /// @return the timer
    Timer sendAfter(Duration delay, Object message);

    /// Sends `message` to another process after `delay`. Erlang: `erlang:send_after/3`.
    ///
    /// @param delay zero or more
    /// @param target who gets it; nobody, if it has ended by then
    /// @param message an immutable value
    /// @return the timer
    Timer sendAfter(Duration delay, Pid target, Object message);

    /// Sends `message`, after `delay`, to the process that has the name by then.
    /// Erlang: `erlang:send_after/3`.
    ///
    /// @param delay zero or more
    /// @param target who gets it; nobody, if nobody has the name by then
    /// @param message an immutable value
    /// @return the timer
    Timer sendAfter(Duration delay, Name<?> target, Object message);

    /// Sends this process a [Timeout] with `message` after `delay`. Erlang: `erlang:start_timer/3`.
    ///
    /// @param delay zero or more
    /// @param message an immutable value
    /// @return the timer, which the message carries
    Timer startTimer(Duration delay, Object message);

    /// Timers that do more than send one message, as this process's own: they end with it. Erlang: the module
    /// `timer`.
    ///
    /// @return the timers
    Timers timers();

    /// Sends a request whose answer arrives as a [Response] message with `label`. Without a time limit, it
    /// is answered or fails at the latest when the server ends. Erlang: `gen_server:send_request/2`.
    ///
    /// @param <Q> the server's protocol
    /// @param <R> the type of the answer
    /// @param server whom to ask
    /// @param message the request
    /// @param label what the [Response] carries
    <Q, R> void request(ServerRef<Q> server, Call<Q, R> message, Object label);

    /// Tells the debug functions of this process of an event; does nothing while there are none. The runtime tells
    /// of a behaviour's messages by itself. Erlang: `sys:handle_debug/4`.
    ///
    /// @param event makes the event, if anybody hears of it
    void debug(Supplier<? extends SystemEvent> event);
}
