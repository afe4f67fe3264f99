// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.mrt.MrtLog;
import dev.brindle.bird.mrt.MrtRecord;
import dev.brindle.bird.mrt.MrtSchedule;
import dev.brindle.bird.mrt.MrtSettings;
import dev.brindle.bird.speaker.MrtReport.FileReport;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tables and messages as files, on a thread of its own: a disk that is full, slow or gone costs
/// what was to be written, and no session anything.
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end
final class MrtFiles {

  private static final Logger LOG = LoggerFactory.getLogger(MrtFiles.class);

  /// Of messages that wait for the disk, in octets.
  private static final long MOST_WAITING = 32L << 20;

  private static final long FLUSH_MILLIS = 500;
  private static final long END_MILLIS = 2_000;

  private final InstantSource clock;
  private final Tables tables;
  private final ScheduledThreadPoolExecutor thread;
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong overflown = new AtomicLong();

  private volatile MrtSettings wanted = MrtSettings.NONE;
  private volatile FileReport tableReport = FileReport.NONE;
  private volatile FileReport messageReport = FileReport.NONE;
  private @Nullable MessageFile messages;
  private @Nullable Future<?> nextTable;

  /// Whoever has the table of the moment.
  interface Tables {
    void dump(Path file) throws IOException;
  }

  /// @param tables called on this one's thread
  MrtFiles(InstantSource clock, Tables tables) {
    this.clock = clock;
    this.tables = tables;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1, work -> Thread.ofPlatform().name("mrt").daemon().unstarted(work));
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    thread.setRemoveOnCancelPolicy(true);
  }

  MrtSettings settings() {
    return wanted;
  }

  /// From any thread. What stays the same goes on.
  void reconfigure(MrtSettings settings) {
    MrtSettings before = wanted;
    wanted = settings;
    if (before.equals(settings)) {
      return;
    }
    if (before.isNothing()) {
      thread.scheduleWithFixedDelay(this::tend, FLUSH_MILLIS, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
    }
    thread.execute(
        () -> {
          if (!before.messages().equals(settings.messages())) {
            log(settings.messages());
          }
          if (!before.tables().equals(settings.tables())) {
            schedule(settings.tables());
          }
        });
  }

  MrtReport report() {
    FileReport logged = messageReport;
    long lost = logged.lost() + overflown.get();
    return new MrtReport(
        tableReport, new FileReport(logged.files(), logged.items(), lost, logged.problem()));
  }

  /// Waits a little until what was said before is written.
  void close() {
    thread.execute(this::finish);
    thread.shutdown();
    try {
      if (!thread.awaitTermination(END_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.warn("MRT files: the disk takes long, the last messages may be missing");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- messages

  /// From the speaker's thread; never waits.
  ///
  /// @param octets of the message
  void add(MrtRecord item, int octets) {
    if (thread.isShutdown()) {
      return; // it is over
    }
    if (waiting.addAndGet(octets) > MOST_WAITING) {
      waiting.addAndGet(-octets);
      overflown.incrementAndGet();
      return;
    }
    thread.execute(
        () -> {
          waiting.addAndGet(-octets);
          write(item);
        });
  }

  private void write(MrtRecord item) {
    MessageFile file = messages;
    if (file == null) {
      return;
    }
    try {
      if (file.isFull(clock.instant())) {
        messageReport = messageReport.done(file.finish());
      }
      file.write(item);
    } catch (IOException | RuntimeException e) {
      lost(file, 1, e);
    }
  }

  private void lost(MessageFile file, long more, Exception e) {
    messageReport =
        failed("messages", messageReport, file.giveUp() + more, file.log().schedule(), e);
  }

  /// Time passes, also where nothing is said.
  private void tend() {
    MessageFile file = messages;
    if (file == null) {
      return;
    }
    try {
      if (file.isFull(clock.instant())) {
        messageReport = messageReport.done(file.finish());
      } else {
        file.flush();
      }
    } catch (IOException | RuntimeException e) {
      lost(file, 0, e);
    }
  }

  private void log(Optional<MrtLog> log) {
    finish();
    messages = log.map(MessageFile::new).orElse(null);
    MessageFile file = messages;
    if (file != null) {
      try {
        file.adopt();
      } catch (IOException | RuntimeException e) {
        lost(file, 0, e);
      }
    }
  }

  private void finish() {
    MessageFile file = messages;
    messages = null;
    if (file != null) {
      try {
        long finished = file.items();
        if (finished > 0) {
          messageReport = messageReport.done(file.finish());
        }
      } catch (IOException | RuntimeException e) {
        lost(file, 0, e);
      }
    }
  }

  // ---- tables

  /// The first one is due after an interval: a speaker that has just started knows little.
  private void schedule(Optional<MrtSchedule> schedule) {
    if (nextTable != null) {
      nextTable.cancel(false);
      nextTable = null;
    }
    schedule.ifPresent(
        it -> {
          long millis = it.interval().toMillis();
          nextTable =
              thread.scheduleAtFixedRate(() -> dump(it), millis, millis, TimeUnit.MILLISECONDS);
        });
  }

  private void dump(MrtSchedule schedule) {
    KeptFiles files = new KeptFiles(schedule);
    try {
      files.sweep();
      tables.dump(files.at(clock.instant()));
      files.trim();
      tableReport = tableReport.done(1);
    } catch (IOException | RuntimeException e) {
      tableReport = failed("tables", tableReport, 1, schedule, e);
    }
  }

  /// A line when it begins, not one for each.
  private static FileReport failed(
      String what, FileReport before, long lost, MrtSchedule schedule, Exception e) {
    String why = "cannot write %s: %s".formatted(schedule.files(), text(e));
    if (!before.problem().equals(why)) {
      LOG.warn("MRT {}: {}; make room or a directory there, it is tried again", what, why);
    }
    return before.failed(lost, why);
  }

  /// Without the name of the file, which changes.
  private static String text(Exception e) {
    if (e instanceof FileSystemException failed) {
      String reason = failed.getReason();
      return reason == null ? failed.getClass().getSimpleName() : reason;
    }
    return String.valueOf(e);
  }
}
