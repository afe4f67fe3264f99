// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Tier;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreContract;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.RecordingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

class EmbeddedDatastoreTest extends DatastoreContract {

  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("store").resolve("datastore.db");
  }

  @Override
  protected Datastore open() {
    return EmbeddedDatastore.open(file());
  }

  @Test
  void onlyTheOwnerMayRead() throws Exception {
    assertThat(mode(directory.resolve("store"))).isEqualTo("rwx------");
    assertThat(mode(file())).isEqualTo("rw-------");
    assertThat(mode(Path.of(file() + "-wal"))).isEqualTo("rw-------");
    assertThat(mode(Path.of(file() + "-bell"))).isEqualTo("rwx------");
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void whatOneWritesTheOtherHears() throws Exception {
    try (Datastore one = open();
        Datastore other = open()) {
      var heard = new RecordingListener();
      try (Feed _ = other.feed(List.of(ResourceKind.TIER), heard)) {
        heard.awaitInSync();
        var created = written(one.create(tier("a", 1)));
        heard.await("+Tier(a)");
        assertThat(other.get(created.key())).contains(created);
      }
    }
  }

  @Test
  void aCommitWithoutARingIsStillHeard() throws Exception {
    var heard = new RecordingListener();
    try (Datastore other = open();
        Feed _ = other.feed(List.of(ResourceKind.TIER), heard)) {
      heard.awaitInSync();
      run(
          "INSERT INTO resource VALUES ('Tier', '', 'a', 1, '{\"metadata\":{\"name\":\"a\"}}')",
          "UPDATE store SET revision = 1");
      heard.await("+Tier(a)");
    }
  }

  @Test
  void aFeedThatFellBehindListsAnew() throws Exception {
    try (Datastore other = open()) {
      written(other.create(tier("a", 1)));
      written(other.create(tier("b", 1)));
      var heard = new RecordingListener();
      try (Feed _ = other.feed(List.of(ResourceKind.TIER), heard)) {
        heard.awaitInSync();
        // the removal of a is forgotten before the feed could see it
        run(
            "BEGIN IMMEDIATE",
            "DELETE FROM resource WHERE name = 'a'",
            "INSERT INTO resource VALUES ('Tier', '', 'c', 4, '{\"metadata\":{\"name\":\"c\"}}')",
            "UPDATE store SET revision = 4, forgotten = 3",
            "COMMIT");
        heard.await("+Tier(c)");
        heard.await("-Tier(a)");
        assertThat(heard.log()).containsOnlyOnce("in sync").containsOnlyOnce("+Tier(b)");
      }
    }
  }

  @Test
  void removalsAreForgottenInTheEnd() throws Exception {
    try (var connections = new Connections(StoreFile.prepare(file()))) {
      for (int revision = 1; revision <= 12_000; revision += 1_000) {
        int from = revision;
        connections.withWrite(
            "fill",
            sql -> {
              for (int i = from; i < from + 1_000; i++) {
                ResourceTable.remove(sql, tier("t" + i, 1).key(), i);
              }
              return true;
            });
      }
      assertThat(number("SELECT count(*) FROM resource")).isEqualTo(10_000);
      assertThat(number("SELECT forgotten FROM store")).isEqualTo(2_000);
    }
  }

  @Test
  void oneUnreadableResourceHidesNoOther() throws Exception {
    try (Datastore store = open()) {
      var good = written(store.create(tier("good", 1)));
      run("INSERT INTO resource VALUES ('Tier', '', 'bad', 2, '{\"spec\":7}')");

      assertThat(store.list(ResourceKind.TIER)).isEqualTo(List.of(good));
      assertThatThrownBy(() -> store.get(tier("bad", 1).key()))
          .isInstanceOf(DatastoreException.class)
          .hasMessageContaining("Tier(bad)");
    }
  }

  @Test
  void aFileOfAnotherProgramIsLeftAlone() throws Exception {
    Path foreign = directory.resolve("foreign.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + foreign);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE theirs (a)");
    }
    assertThatThrownBy(() -> EmbeddedDatastore.open(foreign))
        .isInstanceOf(DatastoreException.class)
        .hasMessageContaining("another program")
        .hasMessageContaining("foreign.db");
  }

  @Test
  void aLaterFormatIsRefused() throws Exception {
    run("PRAGMA user_version = 9");
    assertThatThrownBy(this::open)
        .isInstanceOf(DatastoreException.class)
        .hasMessageContaining("format 9");
    run("PRAGMA user_version = 1");
  }

  @Test
  void aFileThatIsNoDatabaseIsRefused() throws Exception {
    Path text = Files.writeString(directory.resolve("text.db"), "x".repeat(5000));
    assertThatThrownBy(() -> EmbeddedDatastore.open(text))
        .isInstanceOf(DatastoreException.class)
        .hasMessageContaining("not a database")
        .hasMessageContaining(text.toString());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what             | it is
          a directory        | is a directory: set BRINDLE_DATASTORE_FILE
          a text             | it is not a database: move it away, or set BRINDLE_DATASTORE_FILE
          below a text       | cannot be made
          /dev/null          | is not a regular file: set BRINDLE_DATASTORE_FILE
          /proc/self/status  | it is not a database
          /proc/self/mem     | cannot be read
          /proc/no/db        | cannot be made
          """)
  void whatCanBeNoStoreIsLeftAlone(String what, String why) throws Exception {
    Path path =
        switch (what) {
          case "a directory" -> Files.createDirectory(directory.resolve("d"));
          case "a text" -> Files.writeString(directory.resolve("t"), "dear reader");
          case "below a text" -> Files.writeString(directory.resolve("t"), "dear").resolve("db");
          default -> Path.of(what);
        };
    List<Path> before = names(directory);

    assertThatThrownBy(() -> EmbeddedDatastore.open(path))
        .isInstanceOf(DatastoreException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(why)
        .hasMessageContaining("BRINDLE_DATASTORE_FILE");
    assertThat(names(directory)).isEqualTo(before);
  }

  private static List<Path> names(Path directory) throws Exception {
    try (Stream<Path> names = Files.walk(directory)) {
      return names.sorted().toList();
    }
  }

  @Test
  void aFileThatIsMovedAwayIsMissedAndFoundAgain() throws Exception {
    Path away = directory.resolve("away.db");
    try (Datastore store = open()) {
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.TIER), heard)) {
        heard.awaitInSync();
        store.check();
        Files.move(file(), away);

        assertThatThrownBy(store::check).hasMessageContaining(file() + " is gone");
        assertThatThrownBy(() -> store.create(tier("a", 1)))
            .isInstanceOf(DatastoreException.class)
            .hasMessageContaining("put it back");
        assertThat(file()).doesNotExist();

        Files.move(away, file());
        store.check();
        written(store.create(tier("b", 1)));
        heard.await("+Tier(b)");
        try (Datastore other = open()) {
          written(other.create(tier("c", 1)));
        }
        heard.await("+Tier(c)");
        assertThat(heard.log()).doesNotContain("+Tier(a)").containsOnlyOnce("in sync");
      }
    }
  }

  @Test
  void aFileThatIsGoneIsNotMadeAnew() throws Exception {
    StoreFile file = StoreFile.prepare(file());
    try (var connections = new Connections(file)) {
      Files.delete(file());

      assertThatThrownBy(connections::open).isInstanceOf(SQLException.class);
      assertThat(file.isInPlace()).isFalse();
      assertThat(file()).doesNotExist();
    }
  }

  @Test
  void anotherFileOfTheSameNameIsNotTheStore() throws Exception {
    try (Datastore store = open()) {
      Files.move(file(), directory.resolve("away.db"));
      Files.createFile(file());

      assertThatThrownBy(() -> store.list(ResourceKind.TIER))
          .isInstanceOf(DatastoreException.class)
          .hasMessageContaining(file() + " was replaced while in use");
      assertThat(file()).isEmptyFile();
    }
  }

  @Test
  void aCheckSeesALockAndReadingGoesOn() throws Exception {
    try (Datastore store = open();
        Connection other = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = other.createStatement()) {
      var good = written(store.create(tier("a", 1)));
      statement.execute("BEGIN EXCLUSIVE");

      assertThat(store.get(good.key())).contains(good);
      assertThatThrownBy(store::check)
          .isInstanceOf(DatastoreException.class)
          .hasMessageContaining("datastore %s: cannot write: ".formatted(file()))
          .hasMessageContaining("another process keeps it locked, fuser " + file());

      statement.execute("ROLLBACK");
      store.check();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SQLITE_BUSY             | fuser /a/db
          SQLITE_BUSY_SNAPSHOT    | fuser /a/db
          SQLITE_READONLY         | directory /a, and whether that is mounted read-only
          SQLITE_READONLY_DIRECTORY | directory /a, and whether that is mounted read-only
          SQLITE_CANTOPEN         | directory /a
          SQLITE_FULL             | make room on the file system of /a
          SQLITE_IOERR_WRITE      | the disk under /a
          SQLITE_CORRUPT          | put a backup in its place
          SQLITE_NOTADB           | put a backup in its place
          """)
  void aFaultComesWithItsCure(SQLiteErrorCode code, String cure) {
    assertThat(StoreFault.describe(new SQLiteException("why", code), Path.of("/a/db")))
        .startsWith("why: ")
        .contains(cure);
  }

  @Test
  void aMistakeOfOursHasNoCure() {
    var fault = new SQLiteException("no such table", SQLiteErrorCode.SQLITE_ERROR);
    assertThat(StoreFault.describe(fault, Path.of("/a/db"))).isEqualTo("no such table");
  }

  @Test
  void aClosedStoreSaysSo() {
    Datastore store = open();
    store.close();
    assertThatThrownBy(() -> store.list(ResourceKind.TIER))
        .isInstanceOf(DatastoreException.class)
        .hasMessageContaining("closed");
  }

  /// However many resources there are, news cost what is new.
  @Test
  void newsAreFoundByTheirRevision() {
    try (var connections = new Connections(StoreFile.prepare(file()))) {
      Creation.ensure(connections);
      List<String> plan =
          connections.with(
              "explain",
              sql ->
                  sql.query(
                      "EXPLAIN QUERY PLAN " + ResourceTable.SINCE,
                      row -> row.getString("detail"),
                      "[\"Node\"]",
                      7));
      assertThat(plan)
          .anyMatch(step -> step.matches("SEARCH resource USING INDEX .*revision>\\?.*"));
      List<String> kinds =
          connections.with(
              "explain",
              sql ->
                  sql.query(
                      "EXPLAIN QUERY PLAN " + ResourceTable.KINDS_SINCE,
                      row -> row.getString("detail"),
                      7));
      assertThat(kinds)
          .anyMatch(step -> step.matches("SEARCH resource USING .*INDEX .*revision>\\?.*"));
    }
  }

  /// Of what others write, as of its own writes, a feed hears only if it is of its kinds.
  @Test
  void kindsOfNewsAreThoseWrittenOrRemovedSince() throws Exception {
    try (Datastore store = open();
        var connections = new Connections(StoreFile.prepare(file()))) {
      var old = written(store.create(pool("old", "10.1.0.0/16")));
      long start = number("SELECT revision FROM store");
      assertThat(kindsSince(connections, start)).isEmpty();

      written(store.create(tier("t", 1.0)));
      assertThat(kindsSince(connections, start)).containsExactly(ResourceKind.TIER);

      written(store.delete(old.key()));
      assertThat(kindsSince(connections, start))
          .containsExactlyInAnyOrder(ResourceKind.TIER, ResourceKind.IP_POOL);
    }
  }

  private static Set<ResourceKind> kindsSince(Connections connections, long start) {
    return connections.with("look", sql -> ResourceTable.kindsSince(sql, start));
  }

  @Test
  void aListOfNamesThatBeginAlikeLooksAtNoOther() throws Exception {
    try (Datastore _ = open();
        var connections = new Connections(StoreFile.prepare(file()))) {
      List<String> plan =
          connections.with(
              "explain",
              sql ->
                  sql.query(
                      "EXPLAIN QUERY PLAN " + ResourceTable.NAMED,
                      row -> row.getString("detail"),
                      "BlockAffinity",
                      "node-1-",
                      "node-2"));
      assertThat(plan)
          .anyMatch(
              step ->
                  step.matches(
                      "SEARCH resource USING INDEX .*kind=\\? AND namespace=\\? AND name>.*"));
    }
  }

  /// A text that came back, with another revision or in another store, is what it says.
  @Test
  void whatWasReadBeforeIsReadAgainWhenItIsAnother() throws Exception {
    try (Datastore store = open()) {
      var first = (Tier) written(store.create(tier("a", 1)));
      assertThat(store.get(first.key())).contains(first);
      var second = written(store.update(first.withMetadata(first.metadata())));
      assertThat(store.get(first.key())).contains(second);

      run("UPDATE resource SET body = replace(body, '\"order\":1', '\"order\":2')");

      Tier now = (Tier) store.get(first.key()).orElseThrow();
      assertThat(now.spec().order()).contains(2.0);
      assertThat(now.metadata()).isEqualTo(second.metadata());
    }
  }

  /// A process that writes itself hears of others' writes in between, of whatever kind.
  @Test
  void ownWritesHideNobodyElses() throws Exception {
    var heard = new RecordingListener();
    try (Datastore store = open();
        Feed _ = store.feed(List.of(ResourceKind.TIER), heard)) {
      heard.awaitInSync();
      for (int i = 0; i < 20; i++) {
        long others = number("SELECT revision FROM store") + 1;
        run(
            "BEGIN IMMEDIATE",
            "INSERT INTO resource VALUES ('Tier', '', 't%d', %d, '{\"metadata\":{\"name\":\"t%d\"}}')"
                .formatted(i, others, i),
            "UPDATE store SET revision = " + others,
            "COMMIT");
        written(store.create(pool("p" + i, "10.0.0.0/16")));
        heard.await("+Tier(t%d)".formatted(i));
      }
    }
  }

  private void run(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file())) {
      return new Sql(connection).number(sql);
    }
  }
}
