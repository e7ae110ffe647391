%% Runs scenarios on Erlang/OTP. Requests come in on file descriptor 0, answers go out on 1, each as a packet with
%% a length of four bytes:
%%
%%   in:  {run, Id, Timed, UnitMillis, Module, Scenario}.     an Erlang term as text
%%   out: Id, a newline, `ok' or `disturbed' or `failed', and a line for each observation
%%
%% A scenario is a list of steps that one process, the driver, takes one after the other. After each step it waits
%% until all processes of the scenario are at rest, so that what it observes does not depend on who was faster.
%%
%% Time is real, and counted in ticks of UnitMillis. Steps are taken in the first tenth of a tick, and timers run for
%% some ticks less a part of one: so none is due while a step is taken. Timers of different phases are due in
%% different parts of a tick: so they are due in the same order, whenever in its tenth a step was taken. A driver that
%% finds itself late says `disturbed', and the scenario is run again, with longer ticks.
-module(skep_scenarios).

-export([main/0]).
-export([new_log/0, log/3, taken/1, settle/0, end_of/1, tick/0, advance/2, may_wait/2, millis/1, millis/2, name/1]).
-export([reason/1, seen_reason/1, text/2]).

%% How many scenarios run at the same time; most of what timed ones do is to wait.
-define(PARALLEL, 8).

main() ->
    logger:set_primary_config(level, none),
    %% Who loads a module waits for another process: that would look as if it were at rest.
    {ok, Own} = file:list_dir(filename:dirname(code:which(?MODULE))),
    [{module, _} = code:ensure_loaded(list_to_atom(filename:basename(File, ".beam")))
     || File <- Own, filename:extension(File) =:= ".beam"],
    [{module, _} = code:ensure_loaded(Module)
     || Module <- [gen, gen_server, gen_statem, gen_event, supervisor, sys, proc_lib, timer, lists, maps, queue,
                   proplists, io_lib, logger, error_logger, erl_scan, erl_parse, unicode, sets, ordsets, rand]],
    Port = open_port({fd, 0, 1}, [binary, {packet, 4}, eof]),
    loop(Port, queue:new(), lists:seq(1, ?PARALLEL)).

loop(Port, Waiting, [Seat | Free] = Seats) ->
    case queue:out(Waiting) of
        {{value, Request}, Rest} ->
            spawn_monitor(fun() -> exit({answer, Seat, run(Seat, Request)}) end),
            loop(Port, Rest, Free);
        {empty, _} ->
            receive_one(Port, Waiting, Seats)
    end;
loop(Port, Waiting, []) ->
    receive_one(Port, Waiting, []).

receive_one(Port, Waiting, Seats) ->
    receive
        {Port, {data, Text}} ->
            loop(Port, queue:in(parse(Text), Waiting), Seats);
        {'DOWN', _, process, _, {answer, Seat, Answer}} ->
            port_command(Port, Answer),
            loop(Port, Waiting, [Seat | Seats]);
        {Port, eof} ->
            halt(0)
    end.

parse(Text) ->
    {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Text)),
    {ok, Term} = erl_parse:parse_term(Tokens),
    Term.

run(Seat, {run, Id, Timed, Unit, Module, Scenario}) ->
    %% Processes inherit the group leader: that is how the driver knows those of its scenario.
    group_leader(self(), self()),
    process_flag(trap_exit, true),
    put(seat, Seat),
    put(unit, Unit),
    put(watched, #{}),
    put(foreign, #{self() => true}),
    put(ends, #{}),
    begin_time(Timed),
    {How, Lines} =
        try
            {ok, Module:run(Scenario)}
        catch
            throw:disturbed -> {disturbed, []};
            Class:Why:Stack -> {failed, [io_lib:format("~w ~w ~w", [Class, Why, Stack])]}
        end,
    kill_all(),
    iolist_to_binary(lists:join($\n, [integer_to_list(Id), atom_to_list(How) | Lines])).

kill_all() ->
    case members() of
        [] ->
            ok;
        Members ->
            [exit(Pid, kill) || Pid <- Members],
            erlang:yield(),
            kill_all()
    end.

%% ---- Rest ----------------------------------------------------------------------------------------------------------

%% All processes of this scenario but the driver, and those that are ending and do not say whose they are.
members() ->
    Watched = get(watched),
    [Pid || Pid <- processes(), is_map_key(Pid, Watched) orelse (not is_map_key(Pid, get(foreign)) andalso is_new(Pid))].

%% Whether somebody who was not looked at before belongs to this scenario.
is_new(Pid) ->
    Driver = self(),
    case process_info(Pid, group_leader) of
        {group_leader, Driver} -> true;
        undefined -> true;
        _ -> put(foreign, maps:put(Pid, true, get(foreign))), false
    end.

%% Waits until nobody does anything: looks at all processes find all of them waiting, none has run in between, and who
%% has ended has said so. The emulator has one scheduler, and each look is followed by a turn for everybody who can
%% run: that is for those that are at their end, and are not listed any more, but still tell others of it.
-define(LOOKS, 3).

settle() ->
    settle(none, 0).

settle(_, ?LOOKS) ->
    check_time();
settle(Before, Same) ->
    Members = members(),
    Watched = [watch(Pid) || Pid <- Members],
    note_ends(),
    Now = [{Pid, process_info(Pid, [status, reductions, message_queue_len])} || Pid <- Members],
    AtRest = lists:all(fun waits/1, Now) andalso length(Watched) =:= map_size(get(watched)),
    check_time(),
    erlang:yield(),
    case AtRest andalso Now =:= Before of
        true -> settle(Now, Same + 1);
        false -> settle(Now, 0)
    end.

watch(Pid) ->
    Watched = get(watched),
    is_map_key(Pid, Watched) orelse put(watched, Watched#{Pid => monitor(process, Pid)}).

note_ends() ->
    receive
        {'DOWN', _, process, Pid, Reason} ->
            put(watched, maps:remove(Pid, get(watched))),
            put(ends, maps:put(Pid, seen_reason(Reason), get(ends))),
            note_ends()
    after 0 -> ok
    end.

%% How a process has ended; noproc if it had before it was seen.
end_of(Pid) ->
    maps:get(Pid, get(ends), noproc).

waits({_, [{status, waiting} | _]}) -> true;
waits(_) -> false.

%% ---- Time ----------------------------------------------------------------------------------------------------------

%% A scenario without timers need not be in time.
begin_time(Timed) ->
    put(start, case Timed of true -> erlang:monotonic_time(microsecond); false -> none end),
    put(tick, 0).

millis(Ticks) -> millis(Ticks, 3).

%% Phases are 1 to 5; the parts of a tick in which they are due do not touch.
millis(0, _) -> 0;
millis(infinity, _) -> infinity;
millis(Ticks, Phase) -> Ticks * get_unit() - get_unit() * (100 - 15 * Phase) div 100.

%% Processes of the scenario find it at their driver.
get_unit() ->
    case get(unit) of
        undefined ->
            {dictionary, Dictionary} = process_info(group_leader(), dictionary),
            {unit, Unit} = lists:keyfind(unit, 1, Dictionary),
            put(unit, Unit),
            Unit;
        Unit ->
            Unit
    end.

tick() ->
    Tick = get(tick) + 1,
    put(tick, Tick),
    sleep_until(get(start) + Tick * get(unit) * 1000),
    settle().

%% Timers that are started while time passes begin within a tick, and could be due while a step is taken. So processes
%% ask whether they may wait: not for ticks, while time passes.
advance(Table, Ticks) ->
    ets:insert(Table, {advancing, true}),
    [tick() || _ <- lists:seq(1, Ticks)],
    ets:delete(Table, advancing).

may_wait(_, 0) -> true;
may_wait(Table, _) -> ets:lookup(Table, advancing) =:= [].

sleep_until(Time) ->
    case Time - erlang:monotonic_time(microsecond) of
        Left when Left > 0 ->
            timer:sleep(Left div 1000 + 1),
            sleep_until(Time);
        _ ->
            ok
    end.

check_time() ->
    case get(start) of
        none ->
            ok;
        Start ->
            Late = erlang:monotonic_time(microsecond) - Start - get(tick) * get(unit) * 1000,
            Late < get(unit) * 100 orelse throw(disturbed)
    end.

%% ---- What was observed ----------------------------------------------------------------------------------------------

%% A log to which all processes of a scenario write, each entry under the name of its writer or topic.
new_log() ->
    ets:new(log, [public, ordered_set]).

log(Log, Topic, Entry) ->
    ets:insert(Log, {erlang:unique_integer([monotonic]), Topic, Entry}).

%% What has been written since the last look: {Topic, Entry}, oldest first.
taken(Log) ->
    Entries = ets:tab2list(Log),
    ets:delete_all_objects(Log),
    [{Topic, Entry} || {_, Topic, Entry} <- Entries].

%% A registered name of this scenario.
name(Name) ->
    list_to_atom(atom_to_list(Name) ++ "_" ++ integer_to_list(get(seat))).

text(Format, Arguments) ->
    iolist_to_binary(io_lib:format(Format, Arguments)).

%% ---- Exit reasons ----------------------------------------------------------------------------------------------------

%% A reason in a scenario, as Erlang has it.
reason({shutdown_with, Detail}) -> {shutdown, Detail};
reason(Other) -> Other.

%% A reason as it is observed: without stacks and call descriptions.
seen_reason({Reason, {Module, Function, Arguments}}) when is_atom(Module), is_atom(Function), is_list(Arguments) ->
    seen_reason(Reason); % of a failed call
seen_reason({{boom, K}, Stack}) when is_list(Stack) -> {crash, K};
seen_reason({'EXIT', Reason}) -> seen_reason(Reason); % of a start function that crashed
seen_reason({boom, K}) -> {crash, K};
seen_reason({{nocatch, Thrown}, Stack}) when is_list(Stack) -> seen_reason(Thrown);
seen_reason({noproc, Stack}) when is_list(Stack) -> noproc; % link/1 of a dead process, by one that does not trap exits
seen_reason({bad_return_value, _}) -> {crash, bad};
seen_reason({failed_to_start_child, Id, Reason}) -> {failed_to_start_child, Id, seen_reason(Reason)};
seen_reason({nodedown, Node}) when Node =:= node() -> noconnection; % a call with a time limit takes the reason for this
seen_reason({shutdown, Detail}) -> {shutdown, seen_reason(Detail)};
seen_reason(Other) -> Other.
