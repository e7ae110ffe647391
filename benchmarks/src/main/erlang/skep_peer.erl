%% Erlang/OTP as a peer. Arguments: full, quick or smoke, and for each workload its name and its number of operations,
%% as in call-1=300000. Prints one line of JSON for each workload; what it does not know it leaves out.
%%
%% ./skep bench compiles and starts it:
%% erl -noshell -noinput +P 5000000 -pa FOLDER -run skep_peer main full call-1=300000
-module(skep_peer).
-behaviour(gen_server).
-export([main/1, init/1, handle_call/3, handle_cast/2, handle_info/2, pong/0]).

%% ---- The server of all workloads: it adds up, plays, relays, answers and sleeps --------------------------------

init(N) -> {ok, N}.

handle_call({add, X}, _From, S) -> {reply, S + X, S + X};
handle_call(get, _From, S) -> {reply, S, S}.

handle_cast({add, X}, S) -> {noreply, S + X};
handle_cast({ball, 0, _Sender, Referee}, S) -> Referee ! over, {noreply, S};
handle_cast({ball, Left, Sender, Referee}, S) ->
    gen_server:cast(Sender, {ball, Left - 1, self(), Referee}), {noreply, S};
handle_cast({hear, Speaker, Nap}, S) ->
    if Nap > 0 -> timer:sleep(Nap); true -> ok end,
    Speaker ! heard, {noreply, S}.

handle_info(_, S) -> {noreply, S}.

%% ---- Measuring: as in dev.skep.bench.measure -------------------------------------------------------------------

main([Mode | Workloads]) ->
    logger:set_primary_config(level, none),
    put(plan, case Mode of "full" -> {5, 2000}; "quick" -> {5, 3000}; "smoke" -> {1, 0} end),
    lists:foreach(fun(Argument) ->
        [Name, Ops] = string:split(Argument, "="),
        workload(Name, list_to_integer(Ops))
    end, Workloads),
    halt(0).

rep(Name, Ops, F) -> rep(Name, Ops, fun() -> none end, fun(_) -> F() end).

%% One run untimed, then so many timed runs, each in a fresh process, or three when they take long; the median is
%% quoted. What Setup makes is made in that process before the time begins, and is the argument of F.
rep(Name, Ops, Setup, F) ->
    Run = fun() -> fresh(fun() -> A = Setup(), time(fun() -> F(A) end) end) end,
    Run(),
    {Most, Patience} = get(plan),
    Ts = lists:sort(runs(Run, [], Most, now_ns() + Patience * 1000000)),
    io:format("{\"system\":\"erlang\",\"workload\":\"~s\",\"nsPerOp\":~.2f,\"min\":~.2f,\"max\":~.2f}~n",
              [Name, lists:nth(length(Ts) div 2 + 1, Ts) / Ops, hd(Ts) / Ops, lists:last(Ts) / Ops]).

runs(_, Ts, Most, _) when length(Ts) == Most -> Ts;
runs(Run, Ts, Most, Until) ->
    case length(Ts) >= 3 andalso now_ns() > Until of
        true -> Ts;
        false -> runs(Run, [Run() | Ts], Most, Until)
    end.

percentiles(Name, Ns) ->
    Ts = lists:sort(Ns), N = length(Ts),
    P = fun(Part) -> lists:nth(min(N, trunc(N * Part) + 1), Ts) / 1000 end,
    io:format("{\"system\":\"erlang\",\"workload\":\"~s\",\"p50us\":~.2f,\"p99us\":~.2f,\"p999us\":~.2f}~n",
              [Name, P(0.5), P(0.99), P(0.999)]).

fresh(F) -> {_, R} = spawn_monitor(fun() -> exit({done, F()}) end),
            receive {'DOWN', R, _, _, {done, V}} -> V;
                    {'DOWN', R, _, _, Reason} -> error(Reason) end.

time(F) -> T0 = now_ns(), F(), now_ns() - T0.
now_ns() -> erlang:monotonic_time(nanosecond).

%% ---- The workloads ----------------------------------------------------------------------------------------------

workload("cast-1-1" = W, N) -> S = server(),
    rep(W, N, fun() -> casts(S, N), gen_server:call(S, get, infinity) end);
workload("fan-in-100-1" = W, N) -> S = server(),
    rep(W, N, fun() -> par(100, fun() -> casts(S, N div 100) end), gen_server:call(S, get, infinity) end);
workload("call-1" = W, N) -> S = server(),
    rep(W, N, fun() -> calls(S, N) end);
workload("call-100-1" = W, N) -> S = server(),
    rep(W, N, fun() -> par(100, fun() -> calls(S, N div 100) end) end);
workload("call-100-100" = W, N) ->
    rep(W, N, fun() -> par(100, fun() -> T = server(), calls(T, N div 100), gen_server:stop(T) end) end);
workload("ping-pong" = W, N) -> A = server(), B = server(),
    rep(W, N, fun() -> gen_server:cast(A, {ball, 2 * N, B, self()}), receive over -> ok end end);
workload("ping-pong-receive" = W, N) ->
    rep(W, N, fun() -> ping(spawn_link(?MODULE, pong, []), N) end);
workload("ring-1000" = W, N) -> First = ring(1000),
    rep(W, N, fun() -> First ! {token, N, self()}, receive round -> ok end end),
    First ! stop;
workload("broadcast-10000" = W, N) -> crowd(W, N, 0);
workload("blocking-handlers" = W, N) -> crowd(W, N, 10);
workload("selective-receive-10000" = W, N) ->
    rep(W, N, fun() ->
        [self() ! {noise, I} || I <- lists:seq(1, 10000)],
        [begin self() ! {wanted, I}, receive {wanted, _} -> ok end end || I <- lists:seq(1, N)] end);
workload("spawn-monitor-exit" = W, N) ->
    rep(W, N, fun() -> par(2, fun() -> spawns(N div 2) end) end);
workload("spawn-burst" = W, N) ->
    rep(W, N, fun() ->
        Me = self(), [spawn(fun() -> Me ! d end) || _ <- lists:seq(1, N)],
        [receive d -> ok end || _ <- lists:seq(1, N)] end);
workload("server-start-stop" = W, N) ->
    rep(W, N, fun() -> start_stop(N) end);
workload("supervisor-start-stop" = W, N) ->
    rep(W, N, fun() -> process_flag(trap_exit, true),
        {ok, S} = supervisor:start_link(skep_peer_sup, simple),
        [{ok, _} = supervisor:start_child(S, []) || _ <- lists:seq(1, N)],
        exit(S, shutdown), receive {'EXIT', S, _} -> ok end end);
workload("timer-start-cancel" = W, N) ->
    rep(W, N, fun() -> timers(N) end);
workload("timers-pending" = W, N) ->
    rep(W, N, fun() ->
        Ts = [erlang:send_after(600000 + I * 7919 rem 600000, self(), late) || I <- lists:seq(1, N)],
        [erlang:cancel_timer(T) || T <- Ts] end);
workload("registry-lookup" = W, N) -> Names = names(),
    Ps = [begin P = spawn(fun() -> receive stop -> ok end end), register(A, P), P end || A <- tuple_to_list(Names)],
    rep(W, N, fun() -> lookups(Names, N) end),
    [begin M = monitor(process, P), P ! stop, receive {'DOWN', M, _, _, _} -> ok end end || P <- Ps];
workload("registry-register" = W, N) -> Names = names(),
    rep(W, N, fun() -> registers(Names, N) end);
workload("restart" = W, N) -> fresh(fun() -> percentiles(W, restarts(N)) end);
workload("call-latency" = W, N) -> S = server(), latencies(S, N), percentiles(W, latencies(S, N));
workload("skynet-1m" = W, N) -> Size = leaves(1, 1, N),
    rep(W, N, fun() -> skynet(Size) end);
workload("touch-idle" = W, N) -> H = holder(N, self()), Ss = receive {H, List} -> List end,
    rep(W, N, fun() -> [begin gen_server:cast(S, {add, 1}), gen_server:call(S, get) end || S <- Ss] end),
    close(H);
workload("idle-server" = W, N) -> timer:sleep(500), erlang:garbage_collect(), M0 = erlang:memory(processes), Me = self(),
    T = time(fun() -> put(holder, holder(N, none)), get(holder) ! {ready, Me}, receive ready -> ok end end),
    io:format("{\"system\":\"erlang\",\"workload\":\"~s\",\"bytes\":~.2f,\"nsPerOp\":~.2f}~n",
              [W, (erlang:memory(processes) - M0) / N, T / N]),
    close(get(holder));
workload(_, _) -> ok. % calls from a thread that is no process: there is no such thing

server() -> {ok, S} = gen_server:start(?MODULE, 0, []), S.

pong() -> receive {ping, From} -> From ! pong, pong(); stop -> ok end.
ping(P, 0) -> P ! stop;
ping(P, N) -> P ! {ping, self()}, receive pong -> ok end, ping(P, N - 1).
calls(_, 0) -> ok;
calls(S, N) -> gen_server:call(S, {add, 1}), calls(S, N - 1).
casts(_, 0) -> ok;
casts(S, N) -> gen_server:cast(S, {add, 1}), casts(S, N - 1).
par(K, F) -> Rs = [R || {_, R} <- [spawn_monitor(F) || _ <- lists:seq(1, K)]],
             [receive {'DOWN', R, _, _, normal} -> ok end || R <- Rs].
spawns(0) -> ok;
spawns(N) -> {_, R} = spawn_monitor(fun() -> ok end),
             receive {'DOWN', R, _, _, _} -> ok end, spawns(N - 1).
start_stop(0) -> ok;
start_stop(N) -> P = server(), gen_server:stop(P), start_stop(N - 1).
timers(0) -> ok;
timers(N) -> erlang:cancel_timer(erlang:send_after(3600000, self(), late)), timers(N - 1).
names() -> list_to_tuple([list_to_atom("name" ++ integer_to_list(I)) || I <- lists:seq(1, 10000)]).
lookups(_, 0) -> ok;
lookups(Names, N) -> true = is_pid(whereis(element(N rem 10000 + 1, Names))), lookups(Names, N - 1).
registers(_, 0) -> ok;
registers(Names, N) -> Name = element(N rem 10000 + 1, Names),
    register(Name, self()), unregister(Name), registers(Names, N - 1).

%% A ring of plain processes, cheaper in Erlang than one of servers. The last is given its follower when all are there.
ring(Size) ->
    Last = spawn(fun() -> receive {follower, F} -> relay(F) end end),
    First = lists:foldl(fun(_, Next) -> spawn(fun() -> relay(Next) end) end, Last, lists:seq(2, Size)),
    Last ! {follower, First}, First.
relay(Next) -> receive {token, 0, Starter} -> Starter ! round, relay(Next);
                       {token, Left, Starter} -> Next ! {token, Left - 1, Starter}, relay(Next);
                       stop -> Next ! stop end.

crowd(W, N, Nap) ->
    H = holder(10000, self()), Ss = receive {H, List} -> List end,
    Audience = lists:sublist(Ss, min(N, 10000)), Size = length(Audience),
    rep(W, N, fun() ->
        [begin [gen_server:cast(S, {hear, self(), Nap}) || S <- Audience],
               [receive heard -> ok end || _ <- Audience] end || _ <- lists:seq(1, N div Size)] end),
    close(H).

%% A process that so many servers are linked to, as to a parent. Sends them to To, or forgets them.
holder(N, To) ->
    put(processes, erlang:system_info(process_count)),
    spawn(fun() ->
        case To of
            none -> links(N);
            _ -> To ! {self(), [begin {ok, S} = gen_server:start_link(?MODULE, 0, []), S end || _ <- lists:seq(1, N)]}
        end,
        hold() end).
links(0) -> erlang:garbage_collect();
links(N) -> {ok, _} = gen_server:start_link(?MODULE, 0, []), links(N - 1).
hold() -> receive {ready, From} -> From ! ready, hold(); stop -> exit(shutdown) end.
close(H) -> R = monitor(process, H), H ! stop, receive {'DOWN', R, _, _, _} -> ok end,
            await_processes(get(processes)). % its servers end a moment later
await_processes(Most) -> case erlang:system_info(process_count) > Most of
    true -> timer:sleep(10), await_processes(Most);
    false -> ok end.

leaves(Leaves, Processes, N) when Processes >= N -> Leaves;
leaves(Leaves, Processes, N) -> leaves(Leaves * 10, Processes + Leaves * 10, N).
skynet(Size) -> Me = self(), Expected = Size * (Size - 1) div 2,
                spawn(fun() -> sky(0, Size, Me) end), receive Expected -> ok end.
sky(Num, 1, P) -> P ! Num;
sky(Num, Size, P) -> Me = self(), C = Size div 10,
    [spawn(fun() -> sky(Num + I * C, C, Me) end) || I <- lists:seq(0, 9)],
    P ! lists:sum([receive X -> X end || _ <- lists:seq(1, 10)]).

%% From the kill of a registered, supervised server until its successor is registered.
restarts(N) -> process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(skep_peer_sup, named),
    Ts = [begin P = whereis(w), time(fun() -> exit(P, kill), await(P) end) end || _ <- lists:seq(1, N)],
    exit(Sup, shutdown), Ts.
await(P) -> case whereis(w) of
    undefined -> erlang:yield(), await(P);
    P -> erlang:yield(), await(P);
    _ -> ok end.

%% Calls at half of the peak: each of 100 clients makes its share every five milliseconds, and times each call.
latencies(S, N) ->
    Each = max(1, N div 100),
    Peak = fresh(fun() -> time(fun() -> par(100, fun() -> calls(S, Each) end) end) end) / (Each * 100),
    Share = max(1, trunc(5000000 / Peak / 2 / 100)), Me = self(),
    Cs = [spawn(fun() -> Me ! {self(), shares(S, Each, Share, now_ns() + C * 50000, [])} end)
          || C <- lists:seq(0, 99)],
    lists:append([receive {C, Ts} -> Ts end || C <- Cs]).
shares(_, 0, _, _, Ts) -> Ts;
shares(S, Left, Share, Due, Ts) ->
    Wait = (Due - now_ns()) div 1000000, % milliseconds are what Erlang's timers have
    if Wait > 0 -> timer:sleep(Wait); true -> ok end,
    K = min(Left, Share),
    More = [time(fun() -> gen_server:call(S, {add, 1}) end) || _ <- lists:seq(1, K)],
    shares(S, Left - K, Share, Due + 5000000, More ++ Ts).
