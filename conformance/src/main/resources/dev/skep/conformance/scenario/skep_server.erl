%% The kind `server': a gen_server that does what a table says, and its clients.
%%
%% {server_scenario, Init, Named, Linked, Trap, LastWords, Rules, Steps}
-module(skep_server).
-behaviour(gen_server).

-export([run/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, handle_continue/2, terminate/2]).

-import(skep_scenarios, [log/3, reason/1, seen_reason/1, text/2]).

%% How many callbacks do something; the others only return. Rules may go round in circles.
-define(FUEL, 40).

run({server_scenario, _, Named, Linked, _, _, _, Steps} = Scenario) ->
    W = {skep_scenarios:new_log(), ets:new(table, [public]), skep_scenarios:name(a)},
    Owner = spawn(fun() -> owner(W, Scenario, Named, Linked) end),
    Owner ! start,
    look(W, 0) ++ lists:append([step(W, Owner, N, Step) || {N, Step} <- lists:enumerate(Steps)]).

step(W, Owner, N, Step) ->
    take(W, Owner, N, Step),
    look(W, N).

look({Log, _, _}, N) ->
    skep_scenarios:settle(),
    Entries = skep_scenarios:taken(Log),
    [text("~w ~w ~w", [N, Topic, Entry]) || Topic <- [server, owner], {Of, Entry} <- Entries, Of =:= Topic] ++
        [text("~w ~w", [N, Entry]) || {client, Entry} <- lists:sort(Entries)].

take({_, Table, _}, _, _, {advance, Ticks}) -> skep_scenarios:advance(Table, Ticks);
take(_, Owner, _, {start_again}) -> Owner ! start;
take(_, Owner, _, {owner_exit, Reason}) -> Owner ! {exit, reason(Reason)};
take({Log, Table, _}, _, N, Request) ->
    case ets:lookup(Table, server) of
        [] -> ok;
        [{_, Server}] -> spawn(fun() -> log(Log, client, {N, request(Server, Request)}) end)
    end.

request(Server, Request) ->
    try
        case Request of
            {call, Tag, 0} -> gen_server:call(Server, Tag, infinity);
            {call, Tag, Ticks} -> gen_server:call(Server, Tag, skep_scenarios:millis(Ticks, 1));
            {cast, Tag} -> gen_server:cast(Server, Tag);
            {info, Tag} -> Server ! {info, Tag}, ok;
            {signal, Reason} -> exit(Server, reason(Reason)), ok;
            {stop_server, Reason} -> gen_server:stop(Server, reason(Reason), infinity)
        end
    catch
        exit:{Why, {_, _, _}} -> {exit, seen_reason(Why)};
        exit:Why -> {exit, seen_reason(Why)}
    end.

owner({Log, Table, Name} = W, Scenario, Named, Linked) ->
    process_flag(trap_exit, true),
    receive
        start ->
            Result =
                case {Named, Linked} of
                    {true, true} -> gen_server:start_link({local, Name}, ?MODULE, {W, Scenario}, []);
                    {true, false} -> gen_server:start({local, Name}, ?MODULE, {W, Scenario}, []);
                    {false, true} -> gen_server:start_link(?MODULE, {W, Scenario}, []);
                    {false, false} -> gen_server:start(?MODULE, {W, Scenario}, [])
                end,
            log(Log, owner,
                case Result of
                    {ok, Pid} -> ets:insert(Table, {server, Pid}), ok;
                    ignore -> ignore;
                    {error, {already_started, _}} -> already_started;
                    {error, Reason} -> {failed, seen_reason(Reason)}
                end),
            owner(W, Scenario, Named, Linked);
        {exit, Reason} ->
            exit(Reason);
        {'EXIT', _, Reason} ->
            log(Log, owner, {exit, seen_reason(Reason)}),
            owner(W, Scenario, Named, Linked)
    end.

%% ---- The server ------------------------------------------------------------------------------------------------------

init({{Log, Table, _}, {server_scenario, Init, _, _, Trap, LastWords, Rules, _}}) ->
    process_flag(trap_exit, Trap),
    log(Log, server, init),
    State = #{log => Log, table => Table, fuel => ?FUEL, rules => Rules, last_words => LastWords},
    case Init of
        {begin_with, {stay}} -> {ok, State};
        {begin_with, {continue, Tag}} -> {ok, State, {continue, Tag}};
        {begin_with, {wait, Ticks}} -> {ok, State, skep_scenarios:millis(Ticks)};
        {ignore} -> ignore;
        {fail, Reason} -> {stop, reason(Reason)};
        {crash, K} -> error({boom, K})
    end.

handle_call(Tag, From, State) -> react({call, Tag}, Tag, From, State).
handle_cast(Tag, State) -> react({cast, Tag}, Tag, none, State).
handle_continue(Tag, State) -> react({continue, Tag}, Tag, none, State).
handle_info({info, Tag}, State) -> react({info, Tag}, Tag, none, State);
handle_info(timeout, State) -> react(timeout, 20, none, State);
handle_info({'EXIT', _, Reason}, State) -> react({exit, seen_reason(Reason)}, 21, none, State).

terminate(Reason, #{log := Log, last_words := LastWords}) ->
    log(Log, server, {terminate, seen_reason(Reason)}),
    case LastWords of
        {silent} -> ok;
        {crash, K} -> error({boom, K});
        {exit, Why} -> exit(reason(Why))
    end.

react(Event, Tag, From, #{log := Log, fuel := Fuel, rules := Rules} = Before) ->
    log(Log, server, Event),
    Turn = maps:get({turn, Tag}, Before, 0),
    State = Before#{{turn, Tag} => Turn + 1, fuel := Fuel - 1},
    case [Reactions || {rule, Of, Reactions} <- Rules, Of =:= Tag] of
        [[_ | _] = Reactions | _] when Fuel > 0 ->
            do(lists:nth(Turn rem length(Reactions) + 1, Reactions), From, State);
        _ ->
            {noreply, State}
    end.

do(Reaction, From, State) ->
    case Reaction of
        {reply, Value, Then} when From =/= none -> with_reply(Value, Then, State);
        {reply, _, Then} -> then(Then, State);
        {no_reply, Then} -> then(Then, State);
        {keep_caller, Then} when From =/= none -> then(Then, State#{saved => From});
        {keep_caller, Then} -> then(Then, State);
        {reply_later, Value, Then} ->
            case State of
                #{saved := Saved} -> gen_server:reply(Saved, Value), then(Then, maps:remove(saved, State));
                #{} -> then(Then, State)
            end;
        {send_self, Tag, Then} -> self() ! {info, Tag}, then(Then, State);
        {cast_self, Tag, Then} -> gen_server:cast(self(), Tag), then(Then, State);
        {trap, Flag, Then} -> process_flag(trap_exit, Flag), then(Then, State);
        {crash, K} -> error({boom, K});
        {exit, Reason} -> exit(reason(Reason))
    end.

with_reply(Value, Then, State) ->
    case then(Then, State) of
        {noreply, New} -> {reply, Value, New};
        {noreply, New, What} -> {reply, Value, New, What};
        {stop, Reason, New} -> {stop, Reason, Value, New}
    end.

then({stay}, State) -> {noreply, State};
then({continue, Tag}, State) -> {noreply, State, {continue, Tag}};
then({wait, Ticks}, #{table := Table} = State) ->
    case skep_scenarios:may_wait(Table, Ticks) of
        true -> {noreply, State, skep_scenarios:millis(Ticks)};
        false -> {noreply, State}
    end;
then({stop, Reason}, State) -> {stop, reason(Reason), State}.
