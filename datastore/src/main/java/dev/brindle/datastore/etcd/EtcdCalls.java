// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import dev.brindle.datastore.DatastoreException;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Txn;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.OptionsUtil;
import io.etcd.jetcd.options.WatchOption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLException;

/// Asks etcd and waits for the answer, with a bound, and says what went wrong in words of ours.
final class EtcdCalls implements AutoCloseable {

  /// gRPC tells about itself at every start. Held here, as loggers are forgotten with their level.
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  static {
    GRPC.setLevel(Level.WARNING);
  }

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// As Calico's.
  private static final Duration KEEPALIVE = Duration.ofSeconds(30);

  private static final int RETRIES = 3;
  private static final int RETRY_MILLIS = 100;
  private static final int LONGEST_RETRY_MILLIS = 500;

  /// At first, and at most where values are large.
  private static final int SMALL_PAGE = 500;

  private static final int LARGE_PAGE = 8000;

  /// A page that is no longer may be followed by one with twice as many.
  private static final int LONG_BYTES = 4 << 20;

  private final EtcdSettings settings;
  private final Duration patience;
  private final EtcdChannel channel;
  private final Client client;

  private EtcdCalls(EtcdSettings settings, Duration patience, EtcdChannel channel, Client client) {
    this.settings = settings;
    this.patience = patience;
    this.channel = channel;
    this.client = client;
  }

  /// Opens no connection yet.
  ///
  /// @throws DatastoreException if certificate or key are none
  static EtcdCalls open(EtcdSettings settings) {
    return open(settings, KEEPALIVE, PATIENCE);
  }

  /// @param keepalive how long a connection may be silent before it is asked whether it lives
  /// @param patience how long an answer may take
  static EtcdCalls open(EtcdSettings settings, Duration keepalive, Duration patience) {
    ClientBuilder builder =
        Client.builder()
            .target(settings.target())
            .waitForReady(false)
            .retryMaxAttempts(RETRIES)
            .retryDelay(RETRY_MILLIS)
            .retryMaxDelay(LONGEST_RETRY_MILLIS);
    settings
        .login()
        .ifPresent(login -> builder.user(bytes(login.user())).password(bytes(login.password())));
    try {
      EtcdChannel channel = EtcdChannel.open(builder, settings, keepalive, patience);
      return new EtcdCalls(settings, patience, channel, builder.interceptor(channel).build());
    } catch (SSLException | IllegalArgumentException e) {
      throw new DatastoreException(
          "%s cannot be called: %s".formatted(settings.name(), EtcdFault.rootMessage(e)), e);
    }
  }

  static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  static String text(ByteSequence bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /// For messages.
  String name() {
    return settings.name();
  }

  // ---- asking

  GetResponse get(String what, String path) {
    return get(what, path, GetOption.DEFAULT);
  }

  GetResponse get(String what, String path, GetOption option) {
    return await(what, client.getKVClient().get(bytes(path), option));
  }

  TxnResponse transaction(String what, UnaryOperator<Txn> steps) {
    return await(what, steps.apply(client.getKVClient().txn()).commit());
  }

  /// @return the number of a new lease
  long lease(String what, long seconds) {
    return await(what, client.getLeaseClient().grant(seconds)).getID();
  }

  /// What is under some prefixes, all as of one revision.
  ///
  /// @param revision of the store
  record Listing(long revision, List<KeyValue> values) {}

  Listing list(String what, List<String> prefixes) {
    List<KeyValue> values = new ArrayList<>();
    long revision = 0;
    for (String prefix : prefixes) {
      ByteSequence end = OptionsUtil.prefixEndOf(bytes(prefix));
      ByteSequence start = bytes(prefix);
      int limit = SMALL_PAGE;
      boolean isMore = true;
      while (isMore) {
        GetResponse response = page(what, start, end, revision, limit);
        revision = revision == 0 ? response.getHeader().getRevision() : revision;
        values.addAll(response.getKvs());
        isMore = response.isMore();
        if (isMore) {
          start = response.getKvs().getLast().getKey().concat(ByteSequence.from(new byte[1]));
          limit = nextLimit(response.getKvs());
        }
      }
    }
    return new Listing(revision, values);
  }

  /// So many values, or fewer where the answer would be too long.
  private GetResponse page(
      String what, ByteSequence start, ByteSequence end, long revision, int limit) {
    int tried = limit;
    while (true) {
      GetOption page =
          GetOption.builder().withRange(end).withLimit(tried).withRevision(revision).build();
      try {
        return await(what, client.getKVClient().get(start, page));
      } catch (DatastoreException e) {
        if (tried == 1 || !EtcdFault.isTooLong(e)) {
          throw e;
        }
        tried = tried > SMALL_PAGE ? SMALL_PAGE : tried / 2;
      }
    }
  }

  /// etcd counts all that would follow for each page, so many small ones of a large store take it
  /// longer than all else; but one must not be too long for a message.
  private static int nextLimit(List<KeyValue> page) {
    long bytes = page.stream().mapToLong(each -> each.getValue().size()).sum();
    return bytes > LONG_BYTES
        ? Math.min(SMALL_PAGE, page.size())
        : Math.min(LARGE_PAGE, 2 * page.size());
  }

  /// A member that has lost the others ends it.
  Watch.Watcher watch(String prefix, long revision, Watch.Listener listener) {
    WatchOption option =
        WatchOption.builder()
            .isPrefix(true)
            .withRevision(revision)
            .withProgressNotify(true)
            .withRequireLeader(true)
            .build();
    return client.getWatchClient().watch(bytes(prefix), option, listener);
  }

  private <T> T await(String what, CompletableFuture<T> answer) {
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new DatastoreException(
          "cannot %s in %s: %s"
              .formatted(what, settings.name(), EtcdFault.explain(e.getCause(), settings.login())),
          e);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new DatastoreException(
          "cannot %s in %s: no answer within %d s"
              .formatted(what, settings.name(), patience.toSeconds()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatastoreException(
          "cannot %s in %s: interrupted".formatted(what, settings.name()), e);
    }
  }

  @Override
  public void close() {
    client.close();
    channel.close();
  }
}
