package dev.skep.guide;

import dev.skep.From;
import dev.skep.Next;
import dev.skep.Self;
import dev.skep.guide.UserRpc.Create;
import dev.skep.guide.UserRpc.Find;
import dev.skep.guide.UserRpc.Touch;
import dev.skep.server.GenServer;

final class UserManager implements GenServer<Users, UserRpc> {
    @Override
    public Users init(Self<UserRpc> self) {
        return Users.open();
    }

    @Override
    public Next<Users> handle(UserRpc message, From from, Users users) {
        return switch (message) {
            case Create m -> m.reply(users.create(m.email()));
            case Find m -> m.reply(users.find(m.id()));
            case Touch m -> {
                users.touch(m.id());
                yield Next.noReply();
            }
        };
    }
}
