%% The supervisors of the peer: one with a single named server, and one for any number of servers.
-module(skep_peer_sup).
-behaviour(supervisor).
-export([init/1, start_named/0]).

init(named) ->
    {ok, {#{strategy => one_for_one, intensity => 1000000000, period => 1},
          [#{id => w, start => {?MODULE, start_named, []}}]}};
init(simple) ->
    {ok, {#{strategy => simple_one_for_one},
          [#{id => w, start => {gen_server, start_link, [skep_peer, 0, []]}}]}}.

start_named() -> gen_server:start_link({local, w}, skep_peer, 0, []).
