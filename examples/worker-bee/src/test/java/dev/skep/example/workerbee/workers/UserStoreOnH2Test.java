package dev.skep.example.workerbee.workers;

class UserStoreOnH2Test extends UserStoreContract {

    @Override
    Database emptyDatabase() {
        return Database.inMemory();
    }
}
