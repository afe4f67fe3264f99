// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/// Keeps SQLite's native library beside the store. Left alone the driver unpacks it to a new
/// temporary file in every process, which costs time, and leaves the file behind after a kill.
final class NativeLibrary {

  private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

  private static final String PATH_PROPERTY = "org.sqlite.lib.path";
  private static final String NAME_PROPERTY = "org.sqlite.lib.name";

  private NativeLibrary() {}

  /// If anything is in the way the driver's own method still works.
  static void prepare(Path store) {
    if (System.getProperty(PATH_PROPERTY) != null) {
      return;
    }
    String name = "libsqlitejdbc-%s.so".formatted(SQLiteJDBCLoader.getVersion());
    Path directory = store.toAbsolutePath().resolveSibling(store.getFileName() + "-native");
    try {
      if (!Files.exists(directory.resolve(name))) {
        unpack(directory, name);
      }
      System.setProperty(PATH_PROPERTY, directory.toString());
      System.setProperty(NAME_PROPERTY, name);
    } catch (IOException e) {
      LOG.debug("{} cannot be written, a temporary file is used: {}", directory, e.toString());
    }
  }

  /// Complete or absent at any moment.
  static void unpack(Path directory, String name) throws IOException {
    String resource =
        LibraryLoaderUtil.getNativeLibResourcePath() + "/" + LibraryLoaderUtil.getNativeLibName();
    StoreFile.makeDirectory(directory);
    Path unfinished = Files.createTempFile(directory, "unfinished", "");
    try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no library for this machine in " + resource);
      }
      Files.copy(in, unfinished, StandardCopyOption.REPLACE_EXISTING);
      Files.move(unfinished, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
