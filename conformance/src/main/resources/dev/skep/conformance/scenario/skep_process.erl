%% The kind `process': plain processes that do what they are told, and their links, monitors, aliases and names.
%%
%% {process_scenario, Processes, Steps}; a process is called by its number, its slot.
-module(skep_process).

-export([run/1]).

-import(skep_scenarios, [log/3, reason/1, seen_reason/1, text/2]).

-record(world, {
    log,
    %% {{pid, Slot}, Pid}, {Pid, Slot}, {{monitor, M}, Ref, Owner, Target}, {Ref, M}, {{alias, A}, Ref, Owner},
    %% {{name, Name}, Atom}
    table
}).

run({process_scenario, Processes, Steps}) ->
    W = #world{
        log = skep_scenarios:new_log(),
        table = ets:new(table, [public])
    },
    [set(W, {name, Name}, skep_scenarios:name(Name)) || Name <- [a, b, c]],
    [born(W, Slot, spawn(fun() -> actor(W, Slot) end)) || Slot <- lists:seq(0, Processes - 1)],
    steps(W, Steps, 1, #{}, #{}).

steps(_, [], _, _, _) ->
    [];
steps(W, [Step | Steps], N, States, Busy) ->
    Sent = take(W, Step, Busy),
    skep_scenarios:settle(),
    Entries = skep_scenarios:taken(W#world.log),
    Done = [Slot || {Slot, {done, _}} <- Entries],
    StillBusy = maps:without(Done, maps:merge(Busy, maps:from_list([{Slot, true} || Slot <- Sent]))),
    Now = maps:from_list([{Slot, state(W, Slot, States)} || Slot <- slots(W)]),
    Lines =
        [text("~w p~w ~w", [N, Slot, Result]) || {Slot, {done, Result}} <- lists:keysort(1, Entries)] ++
        [text("~w p~w is ~w", [N, Slot, State]) || {Slot, State} <- lists:sort(maps:to_list(Now)),
            maps:get(Slot, States, none) =/= State],
    Lines ++ steps(W, Steps, N + 1, Now, StillBusy).

%% Returns the slots that have been told to do something.
take(W, {act, Slot, Op}, Busy) ->
    case alive(W, Slot) andalso not maps:is_key(Slot, Busy) andalso sensible(W, Op, Busy) of
        true -> tell(W, Slot, Op);
        false -> []
    end;
take(W, {flush}, Busy) ->
    lists:append([tell(W, Slot, {mailbox, []}) || Slot <- slots(W), alive(W, Slot), not maps:is_key(Slot, Busy)]);
take(_, {advance, Ticks}, _) ->
    [skep_scenarios:tick() || _ <- lists:seq(1, Ticks)],
    [].

tell(W, Slot, Op) ->
    pid(W, Slot) ! {tell, Op},
    [Slot].

%% Everybody whom an operation is about must have been born. One who waits for a message must not get it together
%% with its end: whether it notes the message is open in OTP.
sensible(W, Op, Busy) ->
    case Op of
        {spawn, Slot, _, _, _} -> pid(W, Slot) =:= none;
        {two_signals, Target, _, _} -> free(W, Target, Busy);
        {send_and_exit, Target, _, _} -> free(W, Target, Busy);
        {link, Target} -> known(W, Target);
        {unlink, Target} -> known(W, Target);
        {watch, _, Target} -> known(W, Target);
        {watch_with_alias, _, _, Target} -> known(W, Target);
        {watch_briefly, _, Target} -> known(W, Target);
        {signal, Target, _} -> known(W, Target);
        {strike, _, Target, _} -> known(W, Target);
        {register, _, Target} -> known(W, Target);
        {send, Target, _} -> known(W, Target);
        {alive, Target} -> known(W, Target);
        _ -> true
    end.

known(W, Slot) -> pid(W, Slot) =/= none.

free(W, Slot, Busy) -> known(W, Slot) andalso not maps:is_key(Slot, Busy).

%% ---- What the driver sees --------------------------------------------------------------------------------------------

state(W, Slot, States) ->
    Pid = pid(W, Slot),
    case {maps:get(Slot, States, new), process_info(Pid, [registered_name, trap_exit, links, monitors, monitored_by])} of
        {new, undefined} ->
            dead;
        {Before, undefined} when element(1, Before) =:= alive ->
            {dead, skep_scenarios:end_of(Pid)};
        {Before, undefined} ->
            Before;
        {_, [{_, Name}, {_, Trap}, {_, Links}, {_, Monitors}, {_, Watchers}]} ->
            {alive, name_of(W, Name), Trap, lists:sort(slots_of(W, Links)), length(Monitors),
                lists:sort(slots_of(W, Watchers))}
    end.

name_of(_, []) -> none;
name_of(W, Atom) -> hd([Name || Name <- [a, b, c], get(W, {name, Name}) =:= Atom]).

slots_of(W, Pids) -> [Slot || Pid <- Pids, Slot <- [get(W, Pid)], Slot =/= none].

%% ---- The table -------------------------------------------------------------------------------------------------------

set(W, Key, Value) -> ets:insert(W#world.table, {Key, Value}).

get(W, Key) ->
    case ets:lookup(W#world.table, Key) of
        [{_, Value}] -> Value;
        [] -> none
    end.

born(W, Slot, Pid) ->
    set(W, {pid, Slot}, Pid),
    set(W, Pid, Slot).

pid(W, Slot) -> get(W, {pid, Slot}).

slots(W) -> lists:sort([Slot || {{pid, Slot}, _} <- ets:tab2list(W#world.table)]).

alive(W, Slot) ->
    Pid = pid(W, Slot),
    Pid =/= none andalso is_process_alive(Pid).

%% ---- The processes ---------------------------------------------------------------------------------------------------

actor(W, Slot) ->
    receive
        {tell, Op} ->
            done(W, Slot, Op, act(W, Slot, Op)),
            actor(W, Slot)
    end.

done(W, Slot, Op, Result) ->
    case announces(Op) of
        true -> ok;
        false -> log(W#world.log, Slot, {done, Result})
    end.

%% What may end the actor as well, in the moment after it, is noted before it is done.
announces({signal, _, _}) -> true;
announces({two_signals, _, _, _}) -> true;
announces({send_and_exit, _, _, _}) -> true;
announces({exit, _}) -> true;
announces({crash, _}) -> true;
announces({return}) -> true;
announces(_) -> false.

announce(W, Slot) -> log(W#world.log, Slot, {done, ok}).

act(W, Me, Op) ->
    case Op of
        {spawn, Slot, How, M, Trap} ->
            start(W, Me, Slot, How, M, Trap);
        {link, T} -> link(pid(W, T));
        {unlink, T} -> unlink(pid(W, T));
        {watch, M, T} -> watched(W, Me, M, T, monitor(process, pid(W, T)));
        {watch_name, M, Name} ->
            Target = get(W, whereis(get(W, {name, Name}))),
            watched(W, Me, M, Target, monitor(process, get(W, {name, Name})));
        {watch_with_alias, M, A, T} ->
            Ref = monitor(process, pid(W, T), [{alias, demonitor}]),
            set(W, {alias, A}, {Ref, Me}),
            watched(W, Me, M, T, Ref);
        {watch_briefly, M, T} ->
            Ref = monitor(process, pid(W, T)),
            watched(W, Me, M, T, Ref),
            demonitor(Ref, [flush]);
        {demonitor, M, Flush} -> forget(W, Me, M, Flush);
        {alias, A} -> set(W, {alias, A}, {alias(), Me}), ok;
        {alias_once, A} -> set(W, {alias, A}, {alias([reply]), Me}), ok;
        {unalias, A} ->
            case get(W, {alias, A}) of
                {Ref, Me} -> unalias(Ref);
                _ -> none
            end;
        {send_alias, A, Tag} ->
            case get(W, {alias, A}) of
                {Ref, _} -> Ref ! {msg, Me, Tag}, ok;
                none -> none
            end;
        {exit, Reason} -> announce(W, Me), exit(reason(Reason));
        {crash, K} -> announce(W, Me), error({boom, K});
        {return} -> announce(W, Me), exit(normal);
        {signal, T, Reason} -> announce(W, Me), exit(pid(W, T), reason(Reason));
        {two_signals, T, First, Second} ->
            announce(W, Me),
            exit(pid(W, T), reason(First)),
            exit(pid(W, T), reason(Second));
        {strike, M, T, Reason} ->
            %% docs/differences-from-otp.md, Processes: is_process_alive/1 would have to be false now, and in Skep it
            %% need not be; so what is looked at is that the monitor comes after the signal.
            %% "A monitor that comes while a process ends" may tell the true reason there.
            process_flag(trap_exit, true),
            set(W, {late, M}, true),
            exit(pid(W, T), reason(Reason)),
            watched(W, Me, M, T, monitor(process, pid(W, T)));
        {send_and_exit, T, Tag, Reason} ->
            announce(W, Me),
            pid(W, T) ! {msg, Me, Tag},
            exit(reason(Reason));
        {trap, Flag} -> process_flag(trap_exit, Flag);
        {register, Name, T} -> badarg_or(fun() -> register(get(W, {name, Name}), pid(W, T)) end);
        {unregister, Name} -> badarg_or(fun() -> unregister(get(W, {name, Name})) end);
        {whereis, Name} -> get(W, whereis(get(W, {name, Name})));
        {send, T, Tag} -> pid(W, T) ! {msg, Me, Tag}, ok;
        {send_name, Name, Tag} ->
            %% docs/differences-from-otp.md, Processes: "Sending to a name that nobody has" is silent in Skep.
            catch get(W, {name, Name}) ! {msg, Me, Tag},
            ok;
        {take, Pattern, Ticks} -> take_one(W, Pattern, Ticks);
        {alive, T} -> is_process_alive(pid(W, T));
        {mailbox, []} -> flush(W);
        {mailbox, Ops} ->
            Flushed = flush(W),
            {Flushed, [mail(Each, Me) || Each <- Ops]}
    end.

badarg_or(Fun) ->
    try Fun() of
        true -> true
    catch
        error:badarg -> badarg
    end.

start(W, Me, Slot, How, M, Trap) ->
    Body = fun() ->
        process_flag(trap_exit, Trap),
        actor(W, Slot)
    end,
    case How of
        plain ->
            born(W, Slot, spawn(Body));
        linked ->
            born(W, Slot, spawn_link(Body));
        watched ->
            {Pid, Ref} = spawn_monitor(Body),
            born(W, Slot, Pid),
            watched(W, Me, M, Slot, Ref)
    end,
    ok.

watched(W, Me, M, T, Ref) ->
    set(W, {monitor, M}, {Ref, Me, T}),
    set(W, Ref, M),
    ok.

forget(W, Me, M, Flush) ->
    case get(W, {monitor, M}) of
        {Ref, Me, _} when Flush -> demonitor(Ref, [flush, info]);
        {Ref, Me, _} -> demonitor(Ref), ok;
        _ -> none
    end.

%% ---- Receiving -------------------------------------------------------------------------------------------------------

%% A blocking receive of an end is only for those who trap exits: whether another would note the end, or end itself
%% before it does, is open in OTP.
take_one(W, Pattern, Ticks) ->
    {trap_exit, Traps} = process_info(self(), trap_exit),
    Time =
        case Pattern of
            {message, _, _} -> skep_scenarios:millis(Ticks);
            _ when Traps -> skep_scenarios:millis(Ticks);
            _ -> 0
        end,
    case Pattern of
        {message, Slot, Tag} ->
            receive {msg, Slot, Tag} = Message -> Message after Time -> timeout end;
        {end_of, Slot} ->
            Pid = pid(W, Slot),
            receive {'EXIT', Pid, Reason} -> {exit, Slot, seen_reason(Reason)} after Time -> timeout end;
        {down, M} ->
            Ref =
                case get(W, {monitor, M}) of
                    {Known, _, _} -> Known;
                    none -> none
                end,
            receive {'DOWN', Ref, process, _, Reason} -> down(W, M, Reason) after Time -> timeout end
    end.

mail({put, Tag}, Me) -> self() ! {msg, Me, Tag}, ok;
mail({take_tag, Tag}, _) -> receive {msg, _, Tag} = Message -> Message after 0 -> timeout end;
mail({take_any}, _) -> receive {msg, _, _} = Message -> Message after 0 -> timeout end.

%% All that is in the mailbox, orders from the driver excepted.
%%
%% Messages of different senders may come in any order, so they are sorted by sender; those of one sender are not.
%% At its end a process tells its links and its monitors in any order, so of notices that follow each other the
%% exits come first, and the others are sorted by the numbers of the monitors.
flush(W) ->
    Received = lists:keysort(1, drain(W)),
    notices_in_order([Message || {_, Message} <- Received], [], []).

drain(W) ->
    receive
        {msg, Slot, _} = Message -> [{Slot, Message} | drain(W)];
        {'EXIT', Pid, Reason} ->
            Slot = get(W, Pid),
            [{Slot, {exit, Slot, seen_reason(Reason)}} | drain(W)];
        {'DOWN', Ref, process, _, Reason} ->
            M = get(W, Ref),
            {_, _, Target} = get(W, {monitor, M}),
            [{Target, down(W, M, Reason)} | drain(W)]
    after 0 -> []
    end.

down(W, M, Reason) ->
    case get(W, {late, M}) of
        true -> {down, M, ended};
        none -> {down, M, seen_reason(Reason)}
    end.

notices_in_order([{exit, _, _} = Exit | Rest], Exits, Downs) -> notices_in_order(Rest, [Exit | Exits], Downs);
notices_in_order([{down, _, _} = Down | Rest], Exits, Downs) -> notices_in_order(Rest, Exits, [Down | Downs]);
notices_in_order([Message | Rest], Exits, Downs) ->
    lists:reverse(Exits) ++ lists:sort(Downs) ++ [Message | notices_in_order(Rest, [], [])];
notices_in_order([], Exits, Downs) ->
    lists:reverse(Exits) ++ lists:sort(Downs).
