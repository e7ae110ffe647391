package dev.skep.example.workerbee.workers;

import org.junit.jupiter.api.extension.RegisterExtension;

class UserStoreOnPostgreSqlTest extends UserStoreContract {

    @RegisterExtension
    static final PostgreSql POSTGRESQL = new PostgreSql();

    @Override
    Database emptyDatabase() throws Exception {
        return Database.at(POSTGRESQL.newDatabase());
    }
}
