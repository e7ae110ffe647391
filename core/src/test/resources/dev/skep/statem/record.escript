#!/usr/bin/env escript
%% Records what gen_statem does with random state machines, for OtpTracesTest:
%%
%%     escript record.escript > otp-traces.txt
%%
%% A machine is a table of rules; an event or an enter call without a rule is left alone, and so is everything after the
%% first 40 calls, so that each machine comes to rest. No timeout is longer than zero but those that never come.
%%
%%     machine 1
%%     rule a cast:x1 to.b p,ni.i1,z.state.5     in a, after the cast x1: next_state b, postpone, next_event internal i1,
%%                                               state timeout of zero with content 5
%%     enter b again u.t1.6                      on entering b: repeat_state, update timeout t1 to 6
%%     send x1 x2                                the casts that it gets
%%     trace a:cast:x1 enter:b:a ...             what it was called with
-module(record).
-mode(compile).
-export([main/1, init/1, callback_mode/0, handle_event/4]).
-behaviour(gen_statem).

-define(CALLS, 40).
-define(STATES, ["a", "b", "c"]).
-define(CASTS, ["x1", "x2", "x3", "x4"]).
-define(NAMES, ["state", "event", "t1", "t2"]).

main(_) ->
    rand:seed(exsss, {25, 2, 3}),
    lists:foreach(fun machine/1, lists:seq(1, 200)).

machine(N) ->
    io:format("machine ~b~n", [N]),
    Rules = lists:append([[rule(S, E) || E <- events(), rand:uniform(10) =< 6] || S <- ?STATES]),
    Enters = [enter(S) || S <- ?STATES, rand:uniform(10) =< 6],
    Send = [pick(?CASTS) || _ <- lists:seq(1, 6)],
    [io:format("rule ~s ~s ~s ~s~n", [S, E, M, line(As)]) || {{S, E}, {M, As}} <- Rules],
    [io:format("enter ~s ~s ~s~n", [S, M, line(As)]) || {{enter, S}, {M, As}} <- Enters],
    io:format("send ~s~n", [lists:join(" ", Send)]),
    {ok, Pid} = gen_statem:start(?MODULE, maps:from_list(Rules ++ Enters), []),
    [gen_statem:cast(Pid, Cast) || Cast <- Send],
    {_, {_, _, Trace}} = sys:get_state(Pid),
    io:format("trace ~s~n", [lists:join(" ", lists:reverse(Trace))]),
    gen_statem:stop(Pid).

events() ->
    ["cast:" ++ X || X <- ?CASTS] ++ ["internal:i1", "internal:i2", "info:f1"] ++ ?NAMES.

rule(State, Event) ->
    {{State, Event}, {pick(["keep", "keep", "repeat", "to.a", "to.b", "to.c"]), actions(fun action/0)}}.

enter(State) ->
    {{enter, State}, {pick(["keep", "keep", "keep", "again"]), actions(fun timeout/0)}}.

actions(Make) -> [Make() || _ <- lists:seq(1, rand:uniform(4) - 1)].

action() ->
    case rand:uniform(10) of
        N when N =< 3 -> pick(["p", "p", "p", "p0"]);
        N when N =< 6 -> pick(["ni.i1", "ni.i2", "nc.x1", "nf.f1"]);
        _ -> timeout()
    end.

timeout() ->
    Name = pick(?NAMES),
    Content = integer_to_list(rand:uniform(99)),
    case rand:uniform(6) of
        N when N =< 3 -> "z." ++ Name ++ "." ++ Content;
        4 -> "l." ++ Name ++ "." ++ Content;
        5 -> "c." ++ Name;
        6 -> "u." ++ Name ++ "." ++ Content
    end.

pick(List) -> lists:nth(rand:uniform(length(List)), List).

line([]) -> "-";
line(Actions) -> lists:join(",", Actions).

%% ---- The machine

callback_mode() -> [handle_event_function, state_enter].

init(Rules) -> {ok, "a", {Rules, 0, []}}.

handle_event(enter, Old, State, {Rules, Calls, Trace}) ->
    Data = {Rules, Calls + 1, ["enter:" ++ State ++ ":" ++ Old | Trace]},
    case rule_of({enter, State}, Rules, Calls) of
        none -> {keep_state, Data};
        {"keep", Actions} -> {keep_state, Data, meant(Actions)};
        {"again", Actions} -> {repeat_state, Data, meant(Actions)}
    end;
handle_event(Type, Content, State, {Rules, Calls, Trace}) ->
    {Key, Entry} = names(Type, Content),
    Data = {Rules, Calls + 1, [State ++ ":" ++ Entry | Trace]},
    case rule_of({State, Key}, Rules, Calls) of
        none -> {keep_state, Data};
        {"keep", Actions} -> {keep_state, Data, meant(Actions)};
        {"repeat", Actions} -> {repeat_state, Data, meant(Actions)};
        {"to." ++ Next, Actions} -> {next_state, Next, Data, meant(Actions)}
    end.

rule_of(_, _, Calls) when Calls >= ?CALLS -> none;
rule_of(Key, Rules, _) -> maps:get(Key, Rules, none).

names(cast, C) -> {"cast:" ++ C, "cast:" ++ C};
names(internal, C) -> {"internal:" ++ C, "internal:" ++ C};
names(info, C) -> {"info:" ++ C, "info:" ++ C};
names(state_timeout, C) -> {"state", "state:" ++ C};
names(timeout, C) -> {"event", "event:" ++ C};
names({timeout, Name}, C) -> {Name, Name ++ ":" ++ C}.

meant(Actions) -> [meant_one(string:split(Action, ".", all)) || Action <- Actions].

meant_one(["p"]) -> postpone;
meant_one(["p0"]) -> {postpone, false};
meant_one(["ni", C]) -> {next_event, internal, C};
meant_one(["nc", C]) -> {next_event, cast, C};
meant_one(["nf", C]) -> {next_event, info, C};
meant_one(["z", Name, C]) -> {type(Name), 0, C};
meant_one(["l", Name, C]) -> {type(Name), 3600000, C};
meant_one(["c", Name]) -> {type(Name), cancel};
meant_one(["u", Name, C]) -> {type(Name), update, C}.

type("state") -> state_timeout;
type("event") -> timeout;
type(Name) -> {timeout, Name}.
