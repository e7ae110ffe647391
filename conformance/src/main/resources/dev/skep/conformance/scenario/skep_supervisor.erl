%% The kind `supervisor': a tree, requests to its supervisors, and children that end.
%%
%% {supervisor_scenario, Tree, Steps}; every child and every supervisor is called by its id.
-module(skep_supervisor).
-behaviour(supervisor).

-export([run/1, init/1]).
-export([start_worker/2, start_instance/3, start_supervisor/2]).
%% A worker that is a gen_server.
-export([handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

-import(skep_scenarios, [log/3, reason/1, seen_reason/1, text/2]).

%% The table: {{starts, Id}, Number}, {{pid, Id}, Pid}, {Pid, {Id, Number}}, {{supervisor, Id}, true}.
-record(world, {log, table}).

run({supervisor_scenario, Tree, Steps}) ->
    W = #world{log = skep_scenarios:new_log(), table = ets:new(table, [public])},
    Owner = spawn(fun() -> owner(W, Tree) end),
    Begin = look(W, 0, {begin_scenario}),
    Begin ++ lists:append([step(W, Owner, N, Step) || {N, Step} <- lists:enumerate(Steps)]).

step(W, Owner, N, Step) ->
    take(W, Owner, N, Step),
    look(W, N, Step).

take(_, _, _, {advance, Ticks}) -> [skep_scenarios:tick() || _ <- lists:seq(1, Ticks)];
take(_, Owner, _, {stop_tree}) -> Owner ! stop_tree;
take(W, _, _, {leave, Id, Reason}) -> tell(W, Id, {leave, reason(Reason)});
take(W, _, _, {crash_of, Id, K}) -> tell(W, Id, {crash, K});
take(W, _, _, {kill, Id}) ->
    case get(W, {pid, Id}) of
        none -> ok;
        Pid -> exit(Pid, kill)
    end;
take(W, _, N, Request) ->
    case get(W, {pid, element(2, Request)}) of
        none -> ok;
        Pid -> client(W, result, N, fun() -> request(W, Pid, Request) end)
    end.

tell(W, Id, Message) ->
    case get(W, {pid, Id}) of
        none -> ok;
        Pid -> Pid ! Message
    end.

%% ---- What the driver sees --------------------------------------------------------------------------------------------

look(W, N, Step) ->
    skep_scenarios:settle(),
    Happened = skep_scenarios:taken(W#world.log),
    %% Questions are asked by processes of their own: a supervisor may be waiting for a child to end.
    [client(W, seen, {N, Id}, fun() -> children(W, get(W, {pid, Id})) end) || Id <- supervisors(W)],
    skep_scenarios:settle(),
    Seen = skep_scenarios:taken(W#world.log),
    All = in_order(Step, [Entry || {tree, Entry} <- Happened]) ++
        lists:sort([Entry || {instance, Entry} <- Happened]) ++
        [Entry || {result, Entry} <- lists:sort(Happened ++ Seen)] ++
        [{Id, Children} || {seen, {{M, Id}, Children}} <- lists:sort(Seen), M =:= N] ++
        [Entry || {tree, Entry} <- Seen],
    [text("~w ~w", [N, Entry]) || Entry <- All].

%% When a supervisor is killed its children end by themselves, in any order, while its own supervisor goes on.
in_order({kill, _}, Entries) ->
    {Stops, Others} = lists:partition(fun(Entry) -> element(1, Entry) =:= stop end, Entries),
    Others ++ lists:sort(Stops);
in_order(_, Entries) ->
    Entries.

supervisors(W) ->
    lists:sort([Id || {{supervisor, Id}, true} <- ets:tab2list(W#world.table), is_alive(get(W, {pid, Id}))]).

is_alive(none) -> false;
is_alive(Pid) -> is_process_alive(Pid).

client(W, Topic, Which, Fun) ->
    spawn(fun() -> log(W#world.log, Topic, {Which, answer(Fun)}) end).

answer(Fun) ->
    try
        Fun()
    catch
        exit:{noproc, _} -> noproc;
        exit:{Reason, {gen_server, call, _}} -> {exit, seen_reason(Reason)}
    end.

children(W, Supervisor) ->
    Children = [{child_id(Id), child_state(W, Child), Type} ||
        {Id, Child, Type, _} <- supervisor:which_children(Supervisor)],
    Simple = lists:any(fun({Id, _, _}) -> Id =:= child end, Children),
    Counts = supervisor:count_children(Supervisor),
    %% The instances of a simple supervisor are in no order.
    {case Simple of true -> lists:sort(Children); false -> Children end,
        [proplists:get_value(Key, Counts) || Key <- [specs, active, supervisors, workers]]}.

child_id(undefined) -> child;
child_id(Id) -> Id.

child_state(W, Pid) when is_pid(Pid) -> get(W, Pid);
child_state(_, State) -> State.

request(W, Pid, Request) ->
    case Request of
        {start_child, _, Child} -> started(W, supervisor:start_child(Pid, spec(W, Child)));
        {start_instance, _, Instance} -> started(W, supervisor:start_child(Pid, [Instance]));
        {terminate_child, _, Id} -> plain(supervisor:terminate_child(Pid, Id));
        {terminate_instance, _, Id} ->
            case get(W, {pid, Id}) of
                none -> none;
                Child -> plain(supervisor:terminate_child(Pid, Child))
            end;
        {restart_child, _, Id} -> started(W, supervisor:restart_child(Pid, Id));
        {delete_child, _, Id} -> plain(supervisor:delete_child(Pid, Id));
        {get_spec, _, Id} -> specification(supervisor:get_childspec(Pid, Id))
    end.

started(_, {ok, undefined}) -> {ok, undefined};
started(W, {ok, Pid}) -> {ok, get(W, Pid)};
started(W, {error, {already_started, Pid}}) -> {error, {already_started, get(W, Pid)}};
started(_, {error, {bad_combination, _}}) -> {error, invalid};
started(_, {error, {Reason, Child}}) when element(1, Child) =:= child -> {error, {failed, seen_reason(Reason)}};
started(_, {error, Known}) when Known =:= already_present; Known =:= running; Known =:= restarting;
                                Known =:= not_found; Known =:= simple_one_for_one -> {error, Known};
started(_, {error, Reason}) -> {error, {failed, seen_reason(Reason)}}.

plain(ok) -> ok;
plain({error, Error}) -> {error, Error}.

specification({ok, #{id := Id, restart := Restart, shutdown := Shutdown, type := Type, significant := Significant}}) ->
    {ok, {Id, Restart, shutdown_name(Shutdown), Type, Significant}};
specification({error, Error}) -> {error, Error}.

shutdown_name(5000) -> long;
shutdown_name(brutal_kill) -> brutal;
shutdown_name(infinity) -> infinity;
shutdown_name(_) -> short.

%% ---- The table -------------------------------------------------------------------------------------------------------

get(W, Key) ->
    case ets:lookup(W#world.table, Key) of
        [{_, Value}] -> Value;
        [] -> none
    end.

count(W, Id) -> ets:update_counter(W#world.table, {starts, Id}, 1, {{starts, Id}, 0}).

runs(W, Id, Number, Pid) ->
    ets:insert(W#world.table, [{{pid, Id}, Pid}, {Pid, {Id, Number}}]).

%% ---- The tree --------------------------------------------------------------------------------------------------------

owner(W, Tree) ->
    process_flag(trap_exit, true),
    case start_supervisor(W, Tree) of
        {ok, Pid} ->
            log(W#world.log, tree, {top, ok}),
            owns(W, Pid);
        {error, Reason} ->
            log(W#world.log, tree, {top, seen_reason(Reason)})
    end.

owns(W, Pid) ->
    receive
        stop_tree -> exit(Pid, shutdown), owns(W, Pid);
        {'EXIT', Pid, Reason} -> log(W#world.log, tree, {top_ends, seen_reason(Reason)})
    end.

start_supervisor(W, Tree) ->
    Id = element(2, Tree),
    Number = count(W, Id),
    log(W#world.log, tree, {start, Id, Number}),
    case supervisor:start_link(?MODULE, {supervisor, W, Tree}) of
        {ok, Pid} ->
            runs(W, Id, Number, Pid),
            ets:insert(W#world.table, {{supervisor, Id}, true}),
            {ok, Pid};
        Failed ->
            Failed
    end.

%% The period is so long that every restart counts: whether one has expired is a matter of whole seconds.
init({supervisor, W, {tree, _, Strategy, Intensity, Auto, Children}}) ->
    {ok, {#{strategy => Strategy, intensity => Intensity, period => 100000, auto_shutdown => Auto},
        [spec(W, Child) || Child <- Children]}};
init({supervisor, W, {simple_tree, _, Intensity, Auto, Restart, Shutdown, Births, Obedience}}) ->
    Template = {worker, child, Restart, Shutdown, Auto =/= never, Births, Obedience, true},
    Spec = spec(W, Template),
    {ok, {#{strategy => simple_one_for_one, intensity => Intensity, period => 100000, auto_shutdown => Auto},
        [Spec#{start => {?MODULE, start_instance, [W, Template]}}]}};
init({worker, W, Topic, {worker, Id, _, _, _, _, Obedience, _} = Worker}) ->
    process_flag(trap_exit, Obedience =/= plain),
    Number = count(W, Id),
    log(W#world.log, tree, {start, Id, Number}),
    case birth(Worker, Number) of
        {start} ->
            runs(W, Id, Number, self()),
            {ok, {W, Topic, Worker, false}};
        {ignore} -> ignore;
        {fail, Reason} -> {stop, reason(Reason)};
        {crash, K} -> error({boom, K})
    end.

spec(W, {worker, Id, Restart, Shutdown, Significant, _, _, _} = Worker) ->
    #{id => Id, start => {?MODULE, start_worker, [W, Worker]}, restart => Restart, shutdown => shutdown(Shutdown),
        significant => Significant};
spec(W, {nested, Id, Restart, Significant, Tree}) ->
    #{id => Id, start => {?MODULE, start_supervisor, [W, Tree]}, restart => Restart, type => supervisor,
        shutdown => infinity, significant => Significant}.

shutdown(brutal) -> brutal_kill;
shutdown(long) -> 5000;
shutdown(short) -> skep_scenarios:millis(1, 1);
shutdown(infinity) -> infinity.

birth({worker, _, _, _, _, Births, _, _}, Number) when Number =< length(Births) -> lists:nth(Number, Births);
birth(_, _) -> {start}.

%% ---- Workers ---------------------------------------------------------------------------------------------------------

start_instance(W, Template, Instance) ->
    gen_server:start_link(?MODULE, {worker, W, instance, setelement(2, Template, Instance)}, []).

start_worker(W, {worker, _, _, _, _, _, _, true} = Worker) ->
    gen_server:start_link(?MODULE, {worker, W, tree, Worker}, []);
start_worker(W, {worker, Id, _, _, _, _, Obedience, false} = Worker) ->
    Number = count(W, Id),
    log(W#world.log, tree, {start, Id, Number}),
    case birth(Worker, Number) of
        {start} ->
            Parent = self(),
            Pid = spawn_link(fun() ->
                process_flag(trap_exit, Obedience =/= plain),
                Parent ! {self(), ready},
                works(W, Parent, Worker)
            end),
            receive {Pid, ready} -> ok end,
            runs(W, Id, Number, Pid),
            {ok, Pid};
        {ignore} -> ignore;
        {fail, Reason} -> {error, reason(Reason)};
        {crash, K} -> error({boom, K})
    end.

works(W, Parent, {worker, Id, _, _, _, _, Obedience, _} = Worker) ->
    receive
        {leave, Reason} -> exit(Reason);
        {crash, K} -> error({boom, K});
        {'EXIT', Parent, Reason} ->
            log(W#world.log, tree, {stop, Id, seen_reason(Reason)}),
            case Obedience of
                obeys -> exit(Reason);
                own_reason -> exit({user, 9});
                refuses -> works(W, Parent, Worker)
            end;
        _ -> works(W, Parent, Worker)
    end.

handle_info({leave, Reason}, {W, Topic, Worker, _}) -> {stop, Reason, {W, Topic, Worker, true}};
handle_info({crash, K}, _) -> put(leaves, true), error({boom, K});
handle_info(_, State) -> {noreply, State}.

handle_call(_, _, State) -> {noreply, State}.
handle_cast(_, State) -> {noreply, State}.

terminate(Reason, {W, Topic, {worker, Id, _, _, _, _, Obedience, _}, Leaves}) ->
    case Leaves orelse get(leaves) =:= true of
        true -> ok;
        false ->
            log(W#world.log, Topic, {stop, Id, seen_reason(Reason)}),
            Obedience =:= own_reason andalso exit({user, 9})
    end.
