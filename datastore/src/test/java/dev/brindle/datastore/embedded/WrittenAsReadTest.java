// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.codec.ResourceSamples;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// Who has written a resource keeps it, and hears of it, without reading it again: it is the same
/// that others read in the file.
class WrittenAsReadTest {

  @TempDir private Path directory;

  private static FeedListener into(BlockingQueue<Optional<Resource>> heard) {
    return new FeedListener() {
      @Override
      public void changed(List<Change> changes) {
        changes.forEach(change -> heard.add(change.value()));
      }

      @Override
      public void inSync() {}
    };
  }

  private static Resource next(BlockingQueue<Optional<Resource>> heard)
      throws InterruptedException {
    Optional<Resource> news = heard.poll(60, TimeUnit.SECONDS);
    assertThat(news).isNotNull().isPresent();
    return news.orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(
      value = ResourceKind.class,
      mode = Mode.MATCH_NONE,
      names = "KUBERNETES_.*|LIVE_MIGRATION")
  void bothHaveTheSame(ResourceKind kind) throws InterruptedException {
    Path file = directory.resolve("datastore.db");
    BlockingQueue<Optional<Resource>> ownNews = new LinkedBlockingQueue<>();
    BlockingQueue<Optional<Resource>> othersNews = new LinkedBlockingQueue<>();
    try (Datastore writer = EmbeddedDatastore.open(file);
        Datastore reader = EmbeddedDatastore.open(file);
        Feed _ = writer.feed(List.of(kind), into(ownNews));
        Feed _ = reader.feed(List.of(kind), into(othersNews))) {
      Resource sample = ResourceSamples.read(kind);
      Resource created = written(writer.create(sample));
      assertThat(next(ownNews)).isEqualTo(created);
      assertThat(next(othersNews)).isEqualTo(created);

      Resource updated = written(writer.update(created));
      assertThat(next(ownNews)).isEqualTo(updated);
      assertThat(next(othersNews)).isEqualTo(updated);
      assertThat(writer.get(sample.key())).contains(updated);
      assertThat(reader.get(sample.key())).contains(updated);
    }
  }

  private static Resource written(WriteResult result) {
    return ((WriteResult.Written) result).resource();
  }
}
