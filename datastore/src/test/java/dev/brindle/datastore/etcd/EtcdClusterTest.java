// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.OrderListener;
import dev.brindle.datastore.WriteResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What happens to etcd happens to it under load; afterwards nothing acknowledged is lost, and
/// every feed knows what is there.
class EtcdClusterTest {

  private static final List<ResourceKind> KINDS = List.of(ResourceKind.IP_POOL, ResourceKind.TIER);
  private static final Duration SOON = Duration.ofSeconds(5);

  /// `-Detcd.seed=N` has other things written at other times.
  private static final long SEED = Long.getLong("etcd.seed", 0);

  private static EtcdDatastore open(List<EtcdServer> members) {
    return new EtcdDatastore(EtcdCalls.open(EtcdServer.settings(members), SOON, SOON));
  }

  /// Writes pools until it is told to stop; knows what was acknowledged.
  private static final class Load implements AutoCloseable {

    private final EtcdDatastore store;
    private final Map<ResourceKey, Resource> acknowledged = new ConcurrentHashMap<>();
    private final AtomicBoolean isEnding = new AtomicBoolean();
    private final AtomicInteger written = new AtomicInteger();
    private final List<Thread> writers = new ArrayList<>();

    Load(EtcdDatastore store) {
      this.store = store;
      for (int i = 0; i < 3; i++) {
        int writer = i;
        writers.add(Thread.ofPlatform().start(() -> run(writer)));
      }
    }

    private void run(int writer) {
      var random = new Random(SEED + writer);
      while (!isEnding.get()) {
        // each writer has names of its own, so that nobody else overwrites what it was told
        String name = "w%d-%d".formatted(writer, random.nextInt(20));
        try {
          write(name, random.nextInt(1 << 16));
        } catch (DatastoreException _) {
          // may be written or not: only what was acknowledged counts
          acknowledged.remove(ResourceKey.of(ResourceKind.IP_POOL, name));
        }
      }
    }

    private void write(String name, int number) {
      IpPool pool = pool(name, number);
      ResourceKey key = pool.key();
      WriteResult result =
          store
              .get(key)
              .map(before -> store.update(pool.withMetadata(before.metadata())))
              .orElseGet(() -> store.create(pool));
      if (result instanceof WriteResult.Written(Resource resource)) {
        acknowledged.put(key, resource);
        written.incrementAndGet();
      }
    }

    void awaitWrites(int more) {
      int wanted = written.get() + more;
      awaitThat("%d writes more".formatted(more), () -> written.get() >= wanted);
    }

    @Override
    public void close() {
      isEnding.set(true);
      for (Thread writer : writers) {
        try {
          writer.join();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private static IpPool pool(String name, int number) {
    return new IpPool(
        Metadata.named(name),
        IpPool.Spec.of(Cidr.parse("10.%d.%d.0/24".formatted(number >> 8, number & 0xff))));
  }

  private static void awaitThat(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain for " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static Map<ResourceKey, Resource> all(EtcdDatastore store) {
    Map<ResourceKey, Resource> all = new HashMap<>();
    KINDS.forEach(kind -> store.list(kind).forEach(each -> all.put(each.key(), each)));
    return all;
  }

  private static void assertNothingIsLost(EtcdDatastore store, Load load, OrderListener heard)
      throws InterruptedException {
    Resource last = ((WriteResult.Written) store.create(pool("last", 1))).resource();
    heard.await(last);
    assertThat(all(store)).containsAllEntriesOf(load.acknowledged);
    assertThat(heard.now()).isEqualTo(all(store));
    assertThat(heard.disorder()).isEmpty();
  }

  @Test
  void theLeaderIsKilled(@TempDir Path directory) throws Exception {
    List<EtcdServer> members = EtcdServer.cluster(directory, 3);
    var heard = new OrderListener();
    try (EtcdDatastore store = open(members);
        Feed _ = store.feed(KINDS, heard)) {
      Load load = new Load(store);
      try (load) {
        load.awaitWrites(50);
        EtcdServer leader = members.stream().filter(EtcdServer::isLeader).findFirst().orElseThrow();
        leader.kill();
        load.awaitWrites(100);
        leader.startAgain();
        load.awaitWrites(50);
      }
      assertNothingIsLost(store, load, heard);
    } finally {
      members.forEach(EtcdServer::close);
    }
  }

  /// A member that is alone answers neither questions nor watches: nobody is told old news for new.
  @Test
  void oneMemberIsAlone(@TempDir Path directory) throws Exception {
    List<EtcdServer> members = EtcdServer.cluster(directory, 3);
    var heard = new OrderListener();
    try (EtcdDatastore store = open(members.subList(0, 1));
        EtcdDatastore others = open(members.subList(1, 3));
        Feed _ = store.feed(KINDS, heard)) {
      Load load = new Load(others);
      try (load) {
        load.awaitWrites(50);
        members.subList(1, 3).forEach(EtcdServer::stop);
        awaitThat("a refusal", () -> isRefused(store));
        members.subList(1, 3).forEach(EtcdServer::goOn);
        load.awaitWrites(50);
      }
      awaitThat("an answer", () -> !isRefused(store));
      assertNothingIsLost(store, load, heard);
    } finally {
      members.forEach(EtcdServer::close);
    }
  }

  private static boolean isRefused(EtcdDatastore store) {
    try {
      store.check();
      return false;
    } catch (DatastoreException _) {
      return true;
    }
  }

  @Test
  void itIsAwayAndForgetsMeanwhile(@TempDir Path directory) throws Exception {
    var heard = new OrderListener();
    try (EtcdServer etcd = EtcdServer.start(directory);
        EtcdDatastore store = open(List.of(etcd))) {
      Load load = new Load(store);
      try (Feed _ = store.feed(KINDS, heard)) {
        load.awaitWrites(50);
        etcd.kill();
        awaitThat("a refusal", () -> isRefused(store));
        etcd.startAgain();
        load.awaitWrites(50);
        etcd.kill();
        awaitThat("a refusal", () -> isRefused(store));
        load.close();
        etcd.startAgain();
        // all that the feed could go on from is gone before it is back
        etcd.write(20);
        etcd.etcdctl("compact", etcd.revision());
        awaitThat("an answer", () -> !isRefused(store));
        assertNothingIsLost(store, load, heard);
      }
    }
  }

  @Test
  void itIsRestoredFromASnapshot(@TempDir Path directory) throws Exception {
    var heard = new OrderListener();
    try (EtcdServer etcd = EtcdServer.start(directory);
        EtcdDatastore store = open(List.of(etcd));
        Feed _ = store.feed(KINDS, heard)) {
      Load before = new Load(store);
      try (before) {
        before.awaitWrites(50);
        etcd.etcdctl("snapshot", "save", directory.resolve("snapshot").toString());
        before.awaitWrites(50);
      }
      etcd.kill();
      etcd.restore(directory.resolve("snapshot"));
      etcd.startAgain();
      // other things now have the revisions that were seen
      Load after = new Load(store);
      try (after) {
        after.awaitWrites(200);
      }
      Resource last = ((WriteResult.Written) store.create(pool("last", 1))).resource();
      heard.await(last);
      assertThat(heard.now()).isEqualTo(all(store));
    }
  }

  @Test
  void nobodyIsThere(@TempDir Path directory) {
    EtcdServer etcd = EtcdServer.start(directory);
    etcd.close();
    try (EtcdDatastore store = EtcdDatastore.open(etcd.settings())) {
      assertThatThrownBy(() -> store.list(ResourceKind.NODE))
          .isInstanceOf(DatastoreException.class)
          .hasMessageContaining("cannot list nodes in etcd at " + etcd.client())
          .hasMessageContaining("does not answer: Connection refused");
    }
  }

  @Test
  void aUserWhoMayNot(@TempDir Path directory) throws Exception {
    try (EtcdServer etcd = EtcdServer.start(directory)) {
      etcd.etcdctl("user", "add", "root:secret");
      etcd.etcdctl("user", "grant-role", "root", "root");
      etcd.etcdctl("role", "add", "reader");
      etcd.etcdctl("role", "grant-permission", "reader", "--prefix=true", "read", "/calico/");
      etcd.etcdctl("user", "add", "nina:hush");
      etcd.etcdctl("user", "grant-role", "nina", "reader");
      etcd.etcdctl("auth", "enable");
      try (EtcdDatastore store = open(List.of(etcd))) {
        assertThatThrownBy(() -> store.list(ResourceKind.NODE))
            .hasMessageContaining("asks for a user: set ETCD_USERNAME and ETCD_PASSWORD");
      }
      try (EtcdDatastore store = EtcdDatastore.open(etcd.settings("nina", "wrong"))) {
        assertThatThrownBy(() -> store.list(ResourceKind.NODE))
            .hasMessageContaining("does not take the password of user 'nina'");
      }
      var heard = new OrderListener();
      try (EtcdDatastore store = EtcdDatastore.open(etcd.settings("nina", "hush"));
          EtcdDatastore root = EtcdDatastore.open(etcd.settings("root", "secret"));
          Feed _ = store.feed(KINDS, heard)) {
        assertThat(store.list(ResourceKind.IP_POOL)).isEmpty();
        assertThatThrownBy(() -> store.create(pool("a", 1)))
            .hasMessageContaining("cannot create IPPool(a)")
            .hasMessageContaining("user 'nina' may not")
            .hasMessageContaining("readwrite /calico/");
        heard.await(((WriteResult.Written) root.create(pool("a", 1))).resource());
      }
    }
  }

  @Test
  void certificates(@TempDir Path directory) throws Exception {
    Path server = directory.resolve("server");
    Path client = directory.resolve("client");
    Certificates.make(server, "ec");
    Certificates.make(client, "rsa");
    try (EtcdServer etcd = encrypted(directory, server, client, client + ".pem")) {
      Pem authority = new Pem.Given(Files.readString(Path.of(server + ".pem")));
      for (String form : List.of(".key", ".pkcs8")) {
        Tls tls =
            tls(
                authority,
                new Pem.Given(Files.readString(Path.of(client + ".pem"))),
                new Pem.Given(Files.readString(Path.of(client + form))));
        try (EtcdDatastore store = open(etcd, tls)) {
          assertThat(store.list(ResourceKind.NODE)).isEmpty();
        }
      }
      try (EtcdDatastore store = open(etcd, new Tls(Optional.of(authority), Optional.empty()))) {
        assertThatThrownBy(() -> store.list(ResourceKind.NODE))
            .hasMessageContaining("do not trust each other's certificates")
            .hasMessageContaining("bad_certificate");
      }
      try (EtcdDatastore store = open(List.of(etcd))) {
        assertThatThrownBy(() -> store.list(ResourceKind.NODE))
            .hasMessageContaining("unable to find valid certification path");
      }
    }
  }

  /// Both sides get certificates of another authority, and the old ones are trusted by nobody any
  /// more: what has the store open goes on, feeds too.
  @Test
  void certificatesAreRenewedUnderIt(@TempDir Path directory) throws Exception {
    Path server = directory.resolve("server");
    Path client = directory.resolve("client");
    Certificates.make(server, "ec");
    Certificates.make(client, "rsa");
    Tls tls =
        tls(
            new Pem.InFile("etcdCACertFile", Path.of(server + ".pem")),
            new Pem.InFile("etcdCertFile", Path.of(client + ".pem")),
            new Pem.InFile("etcdKeyFile", Path.of(client + ".key")));
    var heard = new OrderListener();
    try (EtcdServer etcd = encrypted(directory, server, client, client + ".pem");
        EtcdDatastore store = open(etcd, tls);
        Feed _ = store.feed(KINDS, heard)) {
      heard.await(((WriteResult.Written) store.create(pool("before", 1))).resource());
      etcd.kill();
      Certificates.make(server, "rsa");
      // while somebody is writing it the old one counts
      Files.writeString(Path.of(client + ".pem"), "-----BEGIN CERT");
      etcd.launch();
      awaitThat("a refusal for its certificate", () -> isRefused(store));
      Certificates.make(client, "ec");
      // etcd reads whom it trusts only when it starts
      etcd.kill();
      etcd.startAgain();
      awaitThat("an answer", () -> !isRefused(store));
      heard.await(((WriteResult.Written) store.create(pool("after", 2))).resource());
      assertThat(heard.now()).isEqualTo(all(store));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void anAddressOfIpv6IsCalled(String scheme, @TempDir Path directory) throws Exception {
    Path keys = directory.resolve("server");
    Certificates.make(keys, "ec");
    List<String> options =
        scheme.equals("http")
            ? List.of()
            : List.of("--cert-file=" + keys + ".pem", "--key-file=" + keys + ".key");
    try (EtcdServer etcd =
            EtcdServer.at(
                scheme + "://[::1]",
                directory,
                Map.of("cacert", keys + ".pem"),
                options.toArray(String[]::new));
        EtcdDatastore store =
            open(
                etcd,
                new Tls(
                    Optional.of(new Pem.InFile("etcdCACertFile", Path.of(keys + ".pem"))),
                    Optional.empty()))) {
      assertThat(store.create(pool("a", 1))).isInstanceOf(WriteResult.Written.class);
      assertThat(store.list(ResourceKind.IP_POOL)).hasSize(1);
    }
  }

  private static EtcdServer encrypted(
      Path directory, Path server, Path client, String trustedClients) {
    return EtcdServer.at(
        "https://127.0.0.1",
        directory,
        Map.of("cacert", server + ".pem", "cert", client + ".pem", "key", client + ".key"),
        "--cert-file=" + server + ".pem",
        "--key-file=" + server + ".key",
        "--client-cert-auth",
        "--trusted-ca-file=" + trustedClients);
  }

  private static Tls tls(Pem authority, Pem certificate, Pem key) {
    return new Tls(Optional.of(authority), Optional.of(new Tls.Identity(certificate, key)));
  }

  private static EtcdDatastore open(EtcdServer etcd, Tls tls) {
    return new EtcdDatastore(
        EtcdCalls.open(
            new EtcdSettings(List.of(etcd.client()), Optional.empty(), tls), SOON, SOON));
  }
}
