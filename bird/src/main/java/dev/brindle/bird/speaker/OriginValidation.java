// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.filter.RouteOrigins;
import dev.brindle.bird.rpki.CacheErrorException;
import dev.brindle.bird.rpki.VrpBatch;
import dev.brindle.bird.rpki.VrpChanges;
import dev.brindle.bird.rpki.VrpTable;
import dev.brindle.bird.rpki.live.CacheReport;
import dev.brindle.bird.rpki.live.VrpSink;
import dev.brindle.bird.table.PrefixCover;
import dev.brindle.bird.table.TableFullException;
import dev.brindle.bird.wire.Family;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The VRPs that routes are judged by, and the judging anew of those that a change concerns. All in
/// small slices on the speaker's thread, so that a million VRPs hold up no session; meanwhile
/// routes are judged by what is there, and judged anew at the end.
final class OriginValidation implements VrpSink {

  private static final Logger LOG = LoggerFactory.getLogger(OriginValidation.class);

  static final int DONE = -1;

  private static final List<Family> FAMILIES = List.of(Family.values());
  private static final int VRPS_AT_ONCE = 10_000;
  private static final int ROUTES_AT_ONCE = 10_000;

  private final Executor speaker;
  private final Runnable settle;
  private final VrpTable table;
  private final Set<Judged> all = new LinkedHashSet<>();
  private final Queue<Job> jobs = new ArrayDeque<>();
  private VrpChanges changes = new VrpChanges();
  private boolean isBusy;

  /// Routes of one peer that can be judged anew.
  interface Judged {

    /// @param from 0, then what came back
    /// @return where to go on; `DONE`
    int rejudge(Family family, PrefixCover cover, int from, int most);
  }

  /// Work in slices.
  private interface Job {

    /// Does a slice.
    ///
    /// @return whether there is more
    boolean step();
  }

  /// @param speaker its thread, on which everything here happens
  /// @param settle hands on what has changed in the tables
  OriginValidation(AsNumber local, long seed, Executor speaker, Runnable settle) {
    this.table = new VrpTable(local, seed);
    this.speaker = speaker;
    this.settle = settle;
  }

  RouteOrigins origins() {
    return table;
  }

  RpkiReport report(List<CacheReport> caches) {
    return new RpkiReport(table.size(), table.bytes(), caches);
  }

  void setLocal(AsNumber local) {
    table.setLocal(local);
  }

  void add(Judged routes) {
    all.add(routes);
  }

  void remove(Judged routes) {
    all.remove(routes);
  }

  /// All that is kept of one peer, because its filter is another.
  void judgeAnew(Judged routes) {
    queue(new Rejudge(List.of(routes), PrefixCover.everything(), PrefixCover.everything()));
  }

  // ---- from the caches

  @Override
  public void apply(VrpBatch batch, boolean isWhole, Consumer<Optional<CacheErrorException>> done) {
    speaker.execute(() -> queue(new Intake(batch, isWhole, done)));
  }

  @Override
  public void flush() {
    apply(new VrpBatch(), true, _ -> {});
  }

  // ---- work

  private void queue(Job job) {
    jobs.add(job);
    if (!isBusy) {
      isBusy = true;
      speaker.execute(this::work);
    }
  }

  private void work() {
    Job job = jobs.peek();
    if (job == null) {
      isBusy = false;
      return;
    }
    boolean isMore = false;
    try {
      isMore = job.step();
    } catch (RuntimeException e) {
      LOG.error("failed at judging routes by the RPKI", e);
    }
    if (!isMore) {
      jobs.remove();
    }
    speaker.execute(this::work);
  }

  /// A batch on its way into the table. What it changes is judged anew also if it fails halfway.
  private final class Intake implements Job {

    private final VrpBatch batch;
    private final boolean isWhole;
    private final Consumer<Optional<CacheErrorException>> done;
    private int taken;
    private long swept;

    Intake(VrpBatch batch, boolean isWhole, Consumer<Optional<CacheErrorException>> done) {
      this.batch = batch;
      this.isWhole = isWhole;
      this.done = done;
    }

    @Override
    public boolean step() {
      try {
        if (take()) {
          return true;
        }
      } catch (CacheErrorException e) {
        finish(Optional.of(e));
        return false;
      } catch (TableFullException e) {
        finish(Optional.of(CacheErrorException.tooMuch(e)));
        return false;
      }
      finish(Optional.empty());
      return false;
    }

    private boolean take() {
      if (taken == 0 && swept == 0 && isWhole) {
        table.beginReplacement();
      }
      if (taken < batch.size()) {
        int end = Math.min(batch.size(), taken + VRPS_AT_ONCE);
        while (taken < end) {
          table.take(batch, taken++, changes);
        }
        return true;
      }
      if (isWhole && swept != DONE) {
        swept = table.sweep(swept, VRPS_AT_ONCE, changes);
      }
      return isWhole && swept != DONE;
    }

    private void finish(Optional<CacheErrorException> error) {
      done.accept(error);
      if (!changes.isEmpty()) {
        VrpChanges made = changes;
        changes = new VrpChanges();
        jobs.add(new Rejudge(List.copyOf(all), made.cover(false), made.cover(true)));
      }
    }
  }

  /// Routes that are judged anew.
  private final class Rejudge implements Job {

    private final List<Judged> judged;
    private final PrefixCover ipv4;
    private final PrefixCover ipv6;
    private int peer;
    private int family;
    private int from;

    Rejudge(List<Judged> judged, PrefixCover ipv4, PrefixCover ipv6) {
      this.judged = judged;
      this.ipv4 = ipv4;
      this.ipv6 = ipv6;
    }

    @Override
    public boolean step() {
      if (peer == judged.size()) {
        return false;
      }
      Family current = FAMILIES.get(family);
      PrefixCover cover = current == Family.IPV4_UNICAST ? ipv4 : ipv6;
      from =
          cover.isEmpty() || !all.contains(judged.get(peer))
              ? DONE
              : judged.get(peer).rejudge(current, cover, from, ROUTES_AT_ONCE);
      settle.run();
      if (from == DONE) {
        from = 0;
        family++;
      }
      if (family == FAMILIES.size()) {
        family = 0;
        peer++;
      }
      return peer < judged.size();
    }
  }
}
