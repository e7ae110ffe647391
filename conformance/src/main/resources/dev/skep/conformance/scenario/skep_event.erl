%% The kind `event': a gen_event manager, handlers that do what tables say, and processes that own some of them.
%%
%% {event_scenario, Handlers, Steps}; a handler is {skep_event, Id}.
-module(skep_event).
-behaviour(gen_event).

-export([run/1]).
-export([init/1, handle_event/2, handle_call/2, handle_info/2, terminate/2]).

-import(skep_scenarios, [log/3, reason/1, seen_reason/1, text/2]).

run({event_scenario, Handlers, Steps}) ->
    Log = skep_scenarios:new_log(),
    Table = ets:new(table, [public]),
    [ets:insert(Table, {element(2, Handler), Handler}) || Handler <- Handlers],
    W = {Log, Table},
    {ok, Manager} = gen_event:start(), % nobody is its parent
    Owners = [spawn(fun() -> owner(W, Owner, Manager) end) || Owner <- [0, 1]],
    look(W, 0) ++ lists:append([step(W, Manager, Owners, N, Step) || {N, Step} <- lists:enumerate(Steps)]).

step({Log, _} = W, Manager, Owners, N, Step) ->
    case Step of
        {by_owner, Owner, Op} -> lists:nth(Owner + 1, Owners) ! {do, N, Op};
        {owner_exit, Owner, Reason} -> lists:nth(Owner + 1, Owners) ! {exit, reason(Reason)};
        _ -> spawn(fun() -> log(Log, client, {N, request(W, Manager, Step)}) end)
    end,
    look(W, N).

look({Log, _}, N) ->
    skep_scenarios:settle(),
    Entries = skep_scenarios:taken(Log),
    [text("~w ~w", [N, Entry]) || {manager, Entry} <- Entries] ++
        [text("~w owner ~w ~w", [N, Owner, Entry]) || {{owner, Owner}, Entry} <- lists:keysort(1, Entries)] ++
        [text("~w ~w", [N, Entry]) || {client, Entry} <- Entries].

owner({Log, _} = W, Owner, Manager) ->
    process_flag(trap_exit, true),
    receive
        {do, N, Op} ->
            log(Log, client, {N, request(W, Manager, Op)}),
            owner(W, Owner, Manager);
        {exit, Reason} ->
            exit(Reason);
        {gen_event_EXIT, {_, Id}, Reason} ->
            log(Log, {owner, Owner}, {Id, told(Reason)}),
            owner(W, Owner, Manager);
        {'EXIT', _, Reason} ->
            log(Log, {owner, Owner}, {exit, seen_reason(Reason)}),
            owner(W, Owner, Manager)
    end.

%% docs/differences-from-otp.md, GenEvent: when a successor cannot be added its owner is told `crash', and in Skep why.
told({swapped, {_, Id}, _}) -> {swapped, Id};
told(crash) -> crashed;
told(Reason) ->
    case seen_reason(Reason) of
        {crash, _} -> crashed;
        Seen -> Seen
    end.

request(W, Manager, Request) ->
    try
        case Request of
            {notify, Tag} -> gen_event:notify(Manager, Tag);
            {sync_notify, Tag} -> gen_event:sync_notify(Manager, Tag);
            {info, Tag} -> Manager ! {info, Tag}, ok;
            {signal, Reason} -> exit(Manager, reason(Reason)), ok;
            {ask, Id, Tag} -> result(gen_event:call(Manager, h(Id), Tag, infinity));
            {add, Id} -> result(gen_event:add_handler(Manager, h(Id), {begin_with, W, Id}));
            {add_supervised, Id} -> result(gen_event:add_sup_handler(Manager, h(Id), {begin_with, W, Id}));
            {delete, Id, Arg} -> result(gen_event:delete_handler(Manager, h(Id), {deleted, Arg}));
            {swap, Old, Arg, New} -> result(gen_event:swap_handler(Manager, {h(Old), {swapped, Arg}},
                {h(New), {begin_with, W, New}}));
            {swap_supervised, Old, Arg, New} -> result(gen_event:swap_sup_handler(Manager, {h(Old), {swapped, Arg}},
                {h(New), {begin_with, W, New}}));
            {which} -> [Id || {_, Id} <- gen_event:which_handlers(Manager)];
            {stop_manager, Reason} -> gen_event:stop(Manager, reason(Reason), infinity)
        end
    catch
        exit:{Why, {_, _, _}} -> {exit, seen_reason(Why)};
        exit:Why -> {exit, seen_reason(Why)}
    end.

h(Id) -> {?MODULE, Id}.

result({error, module_not_found}) -> not_found;
result({error, bad_module}) -> not_found;
result({error, {'EXIT', Reason}}) -> {crashed, seen_reason(Reason)};
result({error, Reason}) -> {crashed, seen_reason(Reason)};
result({'EXIT', Reason}) -> {crashed, seen_reason(Reason)};
result(Other) -> Other.

%% ---- Handlers --------------------------------------------------------------------------------------------------------

init({begin_with, {Log, Table}, Id}) ->
    log(Log, manager, {Id, init}),
    begins(Log, Table, Id);
init({{begin_with, {Log, Table}, Id}, Left}) ->
    log(Log, manager, {Id, takes_over, left(Left)}),
    begins(Log, Table, Id).

rules_of(Table, Id) ->
    case ets:lookup(Table, Id) of
        [{_, Rules}] -> Rules;
        [] -> {handler, Id, {start}, [], [], {start}}
    end.

%% There was no such handler, or its terminate has crashed: in Skep there is nothing left then.
left({left, Id}) -> {left, Id};
left(_) -> none.

begins(Log, Table, Id) ->
    {handler, _, Init, _, _, _} = rules_of(Table, Id),
    case Init of
        {start} -> {ok, {Log, Table, Id, #{}}};
        {crash, K} -> error({boom, K})
    end.

handle_event(Tag, State) -> react({event, Tag}, events, Tag, State).
handle_info({info, Tag}, State) -> react({info, Tag}, events, Tag, State);
handle_info({'EXIT', _, Reason}, State) -> react({exit, seen_reason(Reason)}, events, 3, State).

handle_call(Tag, State) ->
    case react({call, Tag}, calls, Tag, State) of
        {ok, New} -> {ok, Tag, New};
        remove_handler -> {remove_handler, Tag};
        {swap_handler, Args1, New, Handler, Args2} -> {swap_handler, Tag, Args1, New, Handler, Args2}
    end.

react(Event, Which, Tag, {Log, Table, Id, Turns}) ->
    log(Log, manager, {Id, Event}),
    {handler, _, _, Events, Calls, _} = rules_of(Table, Id),
    Rules = case Which of events -> Events; calls -> Calls end,
    Turn = maps:get({Which, Tag}, Turns, 0),
    State = {Log, Table, Id, Turns#{{Which, Tag} => Turn + 1}},
    case [Reactions || {rule, Of, Reactions} <- Rules, Of =:= Tag] of
        [[_ | _] = Reactions | _] ->
            case lists:nth(Turn rem length(Reactions) + 1, Reactions) of
                {stay} -> {ok, State};
                {remove} -> remove_handler;
                {crash, K} -> error({boom, K});
                {swap_to, New, Arg} ->
                    {swap_handler, {swapped, Arg}, State, h(New), {begin_with, {Log, Table}, New}}
            end;
        _ ->
            {ok, State}
    end.

terminate(Why, {Log, Table, Id, _}) ->
    log(Log, manager, {Id, terminate, why(Why)}),
    {handler, _, _, _, _, LastWords} = rules_of(Table, Id),
    case LastWords of
        {start} -> {left, Id};
        {crash, K} -> error({boom, K})
    end.

why(remove_handler) -> removed;
why({error, {'EXIT', Reason}}) -> {crashed, seen_reason(Reason)};
why({stop, Reason}) -> {owner_ended, seen_reason(Reason)};
why(stop) -> manager_ends;
why(Other) -> Other.
