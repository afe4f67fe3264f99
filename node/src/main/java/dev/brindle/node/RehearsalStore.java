// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.embedded.EmbeddedDatastore;
import dev.brindle.datastore.memory.MemoryDatastore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a rehearsal writes to: files of its own where the node's store is a file, so that what
/// reads and writes those is loaded and compiled too; else memory. It is gone afterwards, or, after
/// a kill, with the next rehearsal.
final class RehearsalStore implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RehearsalStore.class);

  private final Datastore datastore;
  private final Optional<Path> directory;

  private RehearsalStore(Datastore datastore, Optional<Path> directory) {
    this.datastore = datastore;
    this.directory = directory;
  }

  static RehearsalStore inMemory() {
    return over(new MemoryDatastore());
  }

  /// @param datastore is closed with it
  static RehearsalStore over(Datastore datastore) {
    return new RehearsalStore(datastore, Optional.empty());
  }

  /// @param own the node's store
  /// @param directory what is in it is deleted. Best on a file system in memory
  static RehearsalStore like(Datastore own, Path directory) {
    if (!(own instanceof EmbeddedDatastore)) {
      return inMemory();
    }
    try {
      delete(directory);
      Files.createDirectory(directory);
      return new RehearsalStore(
          EmbeddedDatastore.open(directory.resolve("store.db")), Optional.of(directory));
    } catch (IOException | DatastoreException e) {
      LOG.debug("rehearsing in memory, {} cannot be used: {}", directory, e.toString());
      return inMemory();
    }
  }

  Datastore datastore() {
    return datastore;
  }

  @Override
  public void close() {
    datastore.close();
    try {
      if (directory.isPresent()) {
        delete(directory.get());
      }
    } catch (IOException e) {
      LOG.warn("{} is left over and can be deleted: {}", directory.get(), e.toString());
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> tree = Files.walk(directory)) {
      deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
