// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import dev.brindle.api.resource.ResourceKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries "there is news" between processes: who has committed writes a byte into a file that all
/// others watch. A process may end between the two, so watchers also look by themselves, rarely.
///
/// In its own process it wakes the feeds that the write concerns, and not once more when its own
/// byte comes back to it.
final class Doorbell implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Doorbell.class);

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /// Of more all feeds are told without looking of which kinds they are.
  private static final int MOST_NEWS = 1_000;

  private static final Set<ResourceKind> ALL = Set.of(ResourceKind.values());

  private final StoreFile file;
  private final Connections connections;
  private final FeedBells bells;

  /// Of all writes up to this revision every feed that they concern has been told.
  private long told = -1;

  /// Not a channel: an interrupt of the caller would close that.
  private @Nullable RandomAccessFile button;

  private @Nullable Thread listener;
  private volatile boolean isClosed;

  Doorbell(StoreFile file, Connections connections, FeedBells bells) {
    this.file = file;
    this.connections = connections;
    this.bells = bells;
  }

  /// Tells this process and all others. Losing a ring to another process costs it a delay only.
  ///
  /// @param revision of what was written just now. Revisions are in the order of commits: after the
  ///     one that was told of last, nobody else has written in between
  synchronized void ring(ResourceKind kind, long revision) {
    if (revision == told + 1) {
      told = revision;
    }
    bells.ring(Set.of(kind));
    if (isClosed) {
      return;
    }
    try {
      if (button == null) {
        button = new RandomAccessFile(file.bell().toFile(), "rw");
      }
      button.seek(0);
      button.write('!');
    } catch (IOException e) {
      LOG.warn("cannot ring {}, other processes hear of changes late: {}", file.bell(), e, e);
    }
  }

  /// From now on the bell also rings for what others write. May be called again.
  synchronized void listen() {
    if (listener == null && !isClosed) {
      listener = Thread.ofVirtual().name("doorbell").start(this::run);
    }
  }

  private void run() {
    Optional<WatchService> watch = watch();
    try (Look look = new Look()) {
      while (!isClosed) {
        Optional<WatchKey> rung = await(watch);
        rung.ifPresent(
            key -> {
              key.pollEvents();
              key.reset();
            });
        bells.ring(look.news());
      }
    } catch (InterruptedException _) {
      LOG.debug("the doorbell of {} ends", file.path());
    } finally {
      watch.ifPresent(this::close);
    }
  }

  /// @return up to where was told before
  private synchronized long tellUpTo(long revision) {
    long before = told;
    told = revision;
    return before;
  }

  private static Optional<WatchKey> await(Optional<WatchService> watch)
      throws InterruptedException {
    if (watch.isPresent()) {
      return Optional.ofNullable(watch.get().poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
    }
    TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
    return Optional.empty();
  }

  private Optional<WatchService> watch() {
    try {
      WatchService watch = file.bellDirectory().getFileSystem().newWatchService();
      file.bellDirectory().register(watch, StandardWatchEventKinds.ENTRY_MODIFY);
      return Optional.of(watch);
    } catch (IOException e) {
      LOG.warn(
          "cannot watch {}, changes by other processes are seen every {} ms"
              + " (fs.inotify.max_user_instances may be too small): {}",
          file.bellDirectory(),
          LOOK_EVERY.toMillis(),
          e.toString());
      return Optional.empty();
    }
  }

  private void close(WatchService watch) {
    try {
      watch.close();
    } catch (IOException e) {
      LOG.warn("cannot stop watching {}: {}", file.bellDirectory(), e.toString());
    }
  }

  @Override
  public void close() {
    Thread last;
    synchronized (this) {
      isClosed = true;
      last = listener;
      closeButton();
    }
    if (last != null) {
      last.interrupt();
      join(last);
    }
  }

  private void closeButton() {
    try {
      if (button != null) {
        button.close();
      }
    } catch (IOException e) {
      LOG.warn("cannot close {}: {}", file.bell(), e.toString());
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// A connection that only looks whether any other has committed: SQLite keeps a number for that
  /// in shared memory, so a look reads no file.
  private final class Look implements AutoCloseable {

    private @Nullable Sql sql;
    private long last = -1;

    /// The kinds of what others have written since the last look. All when it could not look: who
    /// asks the store then finds out what is wrong.
    Set<ResourceKind> news() {
      if (!file.isInPlace()) {
        close();
        return ALL;
      }
      try {
        if (sql == null) {
          sql = connections.open();
        }
        long before = last;
        last = sql.number("PRAGMA data_version");
        return last == before ? Set.of() : newsOf(sql);
      } catch (SQLException e) {
        LOG.debug("cannot look into {}: {}", file.path(), e.toString());
        close();
        return ALL;
      }
    }

    /// A smaller revision is news too: of a store that was copied back.
    private Set<ResourceKind> newsOf(Sql sql) throws SQLException {
      long revision = ResourceTable.revision(sql);
      long before = tellUpTo(revision);
      if (revision == before) {
        return Set.of();
      }
      boolean isNext = before >= 0 && revision > before && revision - before <= MOST_NEWS;
      return isNext ? ResourceTable.kindsSince(sql, before) : ALL;
    }

    @Override
    public void close() {
      try {
        if (sql != null) {
          sql.close();
        }
      } catch (SQLException e) {
        LOG.debug("cannot close a connection to {}: {}", file.path(), e.toString());
      }
      sql = null;
    }
  }
}
