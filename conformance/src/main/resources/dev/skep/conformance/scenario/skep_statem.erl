%% The kind `statem': a gen_statem that does what tables say, and its clients.
%%
%% {statem_scenario, Init, Trap, Rules, Enters, Steps}
-module(skep_statem).
-behaviour(gen_statem).

-export([run/1]).
-export([init/1, callback_mode/0, handle_event/4, terminate/3]).
%% For skep_statem_other.
-export([handle_event/5, terminate/4]).

-import(skep_scenarios, [log/3, reason/1, seen_reason/1, text/2]).

%% How many callbacks do something; the others only return. Rules may go round in circles.
-define(FUEL, 50).

run({statem_scenario, _, _, _, _, Steps} = Scenario) ->
    W = {skep_scenarios:new_log(), ets:new(table, [public])},
    spawn(fun() -> owner(W, Scenario) end),
    look(W, 0) ++ lists:append([step(W, N, Step) || {N, Step} <- lists:enumerate(Steps)]).

step(W, N, Step) ->
    take(W, N, Step),
    look(W, N).

look({Log, _}, N) ->
    skep_scenarios:settle(),
    Entries = skep_scenarios:taken(Log),
    [text("~w ~w ~w", [N, Topic, Entry]) || Topic <- [machine, owner], {Of, Entry} <- Entries, Of =:= Topic] ++
        [text("~w ~w", [N, Entry]) || {client, Entry} <- lists:sort(Entries)].

take({_, Table}, _, {advance, Ticks}) -> skep_scenarios:advance(Table, Ticks);
take({Log, Table}, N, Request) ->
    case ets:lookup(Table, machine) of
        [] -> ok;
        [{_, Machine}] -> spawn(fun() -> log(Log, client, {N, request(Machine, Request)}) end)
    end.

request(Machine, Request) ->
    try
        case Request of
            {call, Tag} -> gen_statem:call(Machine, Tag, infinity);
            {cast, Tag} -> gen_statem:cast(Machine, Tag);
            {info, Tag} -> Machine ! {info, Tag}, ok;
            {signal, Reason} -> exit(Machine, reason(Reason)), ok;
            {stop_machine, Reason} -> gen_statem:stop(Machine, reason(Reason), infinity)
        end
    catch
        exit:{Why, {_, _, _}} -> {exit, seen_reason(Why)};
        exit:Why -> {exit, seen_reason(Why)}
    end.

owner({Log, Table} = W, Scenario) ->
    process_flag(trap_exit, true),
    log(Log, owner,
        case gen_statem:start_link(?MODULE, {W, Scenario}, []) of
            {ok, Pid} -> ets:insert(Table, {machine, Pid}), ok;
            ignore -> ignore;
            {error, Reason} -> {failed, seen_reason(Reason)}
        end),
    owns(Log).

owns(Log) ->
    receive
        {'EXIT', _, Reason} -> log(Log, owner, {exit, seen_reason(Reason)}), owns(Log)
    end.

%% ---- The machine -----------------------------------------------------------------------------------------------------

callback_mode() -> [handle_event_function, state_enter].

init({{Log, Table}, {statem_scenario, Init, Trap, Rules, Enters, _}}) ->
    process_flag(trap_exit, Trap),
    log(Log, machine, init),
    Data = #{log => Log, table => Table, fuel => ?FUEL, rules => Rules, enters => Enters, depth => 0},
    case Init of
        {begin_in, State, Acts} ->
            {Actions, New} = actions(Acts, none, Data),
            {ok, State, New, Actions};
        {ignore} -> ignore;
        {fail, Reason} -> {stop, reason(Reason)};
        {crash, K} -> error({boom, K})
    end.

handle_event(Type, Content, State, Data) -> handle_event(first, Type, Content, State, Data).

handle_event(Module, enter, Old, State, #{enters := Enters} = Data) ->
    put(entering, true),
    {Turn, Tired, New} = turn({enter, State}, Data),
    log(maps:get(log, Data), machine, {Module, enter, Old, State}),
    Result =
        case [Reactions || {enter_rule, Of, Reactions} <- Enters, Of =:= State] of
            [[_ | _] = Reactions | _] when not Tired -> entered(nth(Turn, Reactions), New);
            _ -> {keep_state, New}
        end,
    erase(entering),
    Result;
handle_event(Module, Type, Content, State, Data) ->
    {Seen, Tag} = seen(Type, Content),
    {Turn, Tired, New} = turn({State, Tag}, Data),
    log(maps:get(log, Data), machine, {Module, Seen, State}),
    From = case Type of {call, Caller} -> Caller; _ -> none end,
    case [Reactions || {rule, InState, Of, Reactions} <- maps:get(rules, Data), InState =:= State, Of =:= Tag] of
        [[_ | _] = Reactions | _] when not Tired -> react(nth(Turn, Reactions), From, New);
        _ -> {keep_state, New}
    end.

nth(Turn, List) -> lists:nth(Turn rem length(List) + 1, List).

turn(Key, #{fuel := Fuel} = Data) ->
    Turn = maps:get({turn, Key}, Data, 0),
    {Turn, Fuel =< 0, Data#{{turn, Key} => Turn + 1, fuel := Fuel - 1}}.

seen({call, _}, Tag) -> {{call, Tag}, Tag};
seen(cast, Tag) -> {{cast, Tag}, Tag};
seen(internal, Tag) -> {{internal, Tag}, Tag};
seen(info, {info, Tag}) -> {{info, Tag}, Tag};
seen(info, {'EXIT', _, Reason}) -> {{exit, seen_reason(Reason)}, 24};
seen(state_timeout, Content) -> {{state_timeout, Content}, 20};
seen(timeout, Content) -> {{event_timeout, Content}, 21};
seen({timeout, x}, Content) -> {{timeout_x, Content}, 22};
seen({timeout, y}, Content) -> {{timeout_y, Content}, 23};
seen(info, Other) -> {{unexpected, element(1, Other)}, 25}.

react({react, Move, Acts}, From, Data) ->
    {Actions, New} = actions(Acts, From, Data),
    case Move of
        {keep} -> {keep_state, New, Actions};
        {go, State} -> {next_state, State, New, Actions};
        {repeat} -> {repeat_state, New, Actions};
        {stop, Reason} -> {stop_and_reply, reason(Reason), [Reply || {reply, _, _} = Reply <- Actions], New};
        {crash, K} -> error({boom, K})
    end.

entered({react, Move, Acts}, Data) ->
    {Actions, New} = actions(Acts, none, Data),
    case Move of
        {keep} -> {keep_state, New, Actions};
        {repeat} -> {repeat_state, New, Actions};
        {stop, Reason} -> {stop_and_reply, reason(Reason), [Reply || {reply, _, _} = Reply <- Actions], New};
        {crash, K} -> error({boom, K})
    end.

actions(Acts, From, Data) -> actions(Acts, From, Data, []).

actions([], _, Data, Actions) ->
    {lists:reverse(Actions), Data};
actions([Act | Acts], From, #{depth := Depth, table := Table} = Data, Actions) ->
    Add = fun(Action, New) -> actions(Acts, From, New, [Action | Actions]) end,
    Skip = fun(New) -> actions(Acts, From, New, Actions) end,
    case Act of
        {postpone} -> Add(postpone, Data);
        {next, Tag} -> Add({next_event, internal, Tag}, Data);
        {next_cast, Tag} -> Add({next_event, cast, Tag}, Data);
        {start_timer, Key, Ticks, Content} ->
            case skep_scenarios:may_wait(Table, Ticks) of
                true -> Add({key(Key), skep_scenarios:millis(Ticks, phase(Key)), Content}, Data);
                false -> Skip(Data)
            end;
        {cancel_timer, Key} -> Add({key(Key), cancel}, Data);
        {update_timer, Key, Content} -> Add({key(Key), update, Content}, Data);
        {answer, Value} when From =/= none -> Add({reply, From, Value}, Data);
        {answer, _} -> Skip(Data);
        {keep_caller} when From =/= none -> Skip(Data#{saved => From});
        {keep_caller} -> Skip(Data);
        {reply_later, Value} ->
            case Data of
                #{saved := Saved} -> Add({reply, Saved, Value}, maps:remove(saved, Data));
                #{} -> Skip(Data)
            end;
        {push, Module} -> Add({push_callback_module, module(Module)}, Data#{depth := Depth + 1});
        {pop} when Depth > 0 -> Add(pop_callback_module, Data#{depth := Depth - 1});
        {pop} -> Skip(Data);
        {change, Module} -> Add({change_callback_module, module(Module)}, Data)
    end.

key(state) -> state_timeout;
key(event) -> timeout;
key(Name) -> {timeout, Name}.

phase(state) -> 2;
phase(event) -> 3;
phase(x) -> 4;
phase(y) -> 5.

module(first) -> skep_statem;
module(other) -> skep_statem_other.

terminate(Reason, State, Data) -> terminate(first, Reason, State, Data).

%% docs/differences-from-otp.md, GenStatem: after a crash in an enter call it gets the old state, in Skep the new one.
terminate(Module, Reason, State, #{log := Log}) ->
    Entering = case get(entering) of true -> entering; undefined -> State end,
    log(Log, machine, {Module, terminate, seen_reason(Reason), Entering}).
