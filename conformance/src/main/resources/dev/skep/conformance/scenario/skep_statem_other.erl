%% Another callback module of the same machine.
-module(skep_statem_other).
-behaviour(gen_statem).

-export([init/1, callback_mode/0, handle_event/4, terminate/3]).

init(_) -> ignore.

callback_mode() -> skep_statem:callback_mode().

handle_event(Type, Content, State, Data) -> skep_statem:handle_event(other, Type, Content, State, Data).

terminate(Reason, State, Data) -> skep_statem:terminate(other, Reason, State, Data).
