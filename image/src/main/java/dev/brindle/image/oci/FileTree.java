// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The files of a layer by their path, without a leading '/': always in one order, directories
/// before what is in them. All belong to root; nothing is set-user-ID.
public final class FileTree {

  private static final int DIRECTORY_MODE = 0755;
  private static final int FILE_MODE = 0644;
  private static final int PROGRAM_MODE = 0755;
  private static final int ALLOWED = 01777;

  private final SortedMap<String, Entry> entries = new TreeMap<>();

  /// What a path stands for.
  public sealed interface Entry {}

  public record Directory(int mode) implements Entry {}

  public record Regular(int mode, Content content) implements Entry {}

  public record Link(String target) implements Entry {}

  public SortedMap<String, Entry> entries() {
    return Collections.unmodifiableSortedMap(entries);
  }

  public FileTree directory(String path, int mode) {
    parents(path);
    entries.put(path, new Directory(mode & ALLOWED));
    return this;
  }

  public FileTree directory(String path) {
    return directory(path, DIRECTORY_MODE);
  }

  public FileTree file(String path, Content content) {
    return file(path, FILE_MODE, content);
  }

  public FileTree program(String path, Content content) {
    return file(path, PROGRAM_MODE, content);
  }

  public FileTree file(String path, int mode, Content content) {
    parents(path);
    entries.put(path, new Regular(mode & ALLOWED, content));
    return this;
  }

  public FileTree link(String path, String target) {
    parents(path);
    entries.put(path, new Link(target));
    return this;
  }

  public void remove(Predicate<String> paths) {
    entries.keySet().removeIf(paths);
  }

  public void add(FileTree other) {
    other.entries.forEach(
        (path, entry) -> {
          parents(path);
          entries.put(path, entry);
        });
  }

  /// All that is below a directory of this machine. Of modes only "may be executed" counts.
  public FileTree copy(Path directory, String under) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) walk::iterator) {
        String path = under + "/" + directory.relativize(file);
        if (file.equals(directory)) {
          directory(under);
        } else if (Files.isSymbolicLink(file)) {
          link(path, Files.readSymbolicLink(file).toString());
        } else if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          directory(path);
        } else {
          file(path, Files.isExecutable(file) ? PROGRAM_MODE : FILE_MODE, Content.of(file));
        }
      }
    }
    return this;
  }

  /// The regular files, which are what can be read.
  public Map<String, Content> files() {
    Map<String, Content> files = new TreeMap<>();
    entries.forEach(
        (path, entry) -> {
          if (entry instanceof Regular(int _, Content content)) {
            files.put(path, content);
          }
        });
    return files;
  }

  public long size() throws IOException {
    long size = 0;
    for (Content content : files().values()) {
      size += content.size();
    }
    return size;
  }

  private void parents(String path) {
    if (path.isEmpty() || path.startsWith("/") || List.of(path.split("/", -1)).contains("..")) {
      throw new IllegalArgumentException("'%s' is no path in a layer".formatted(path));
    }
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      entries.putIfAbsent(path.substring(0, slash), new Directory(DIRECTORY_MODE));
    }
  }
}
