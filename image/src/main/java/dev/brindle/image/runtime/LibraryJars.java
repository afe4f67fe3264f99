// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.runtime;

import dev.brindle.image.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// The jars of an image. Natives, which some have for thirty machines, are taken out of them; those
/// for the image's machine lie beside. All other jars stay as they were published.
public final class LibraryJars {

  private static final Pattern NATIVE =
      Pattern.compile("(org/sqlite/native|jni|META-INF/native)/.*|.*\\.(so|dll|dylib|jnilib|a)");

  /// The oldest time that a zip can hold; any will do.
  private static final LocalDateTime SOME_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final Architecture architecture;
  private final Path jars;
  private final Path natives;

  /// @param jars where they go
  /// @param natives where libraries go that were in them
  public LibraryJars(Architecture architecture, Path jars, Path natives) {
    this.architecture = architecture;
    this.jars = jars;
    this.natives = natives;
  }

  public void add(Path jar) throws IOException {
    Path target = jars.resolve(jar.getFileName());
    boolean isPlain;
    boolean isOfUse = false;
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> entries = Collections.list(zip.entries());
      isPlain = entries.stream().noneMatch(entry -> isNative(entry.getName()));
      if (!isPlain) {
        for (ZipEntry entry : entries) {
          Optional<String> library = library(entry.getName());
          if (library.isPresent()) {
            try (InputStream in = zip.getInputStream(entry)) {
              Files.copy(in, natives.resolve(library.get()), StandardCopyOption.REPLACE_EXISTING);
            }
          }
        }
        isOfUse = entries.stream().anyMatch(entry -> entry.getName().endsWith(".class"));
      }
    }
    if (isPlain) {
      Files.copy(jar, target);
    } else if (isOfUse) {
      rewrite(jar, target);
    }
  }

  /// The same again, whenever and wherever it is done.
  private static void rewrite(Path jar, Path target) throws IOException {
    try (ZipFile in = new ZipFile(jar.toFile());
        OutputStream file = Files.newOutputStream(target);
        ZipOutputStream out = new ZipOutputStream(file)) {
      for (ZipEntry entry : Collections.list(in.entries())) {
        if (entry.isDirectory() || isNative(entry.getName())) {
          continue;
        }
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTimeLocal(SOME_TIME);
        out.putNextEntry(copy);
        try (InputStream content = in.getInputStream(entry)) {
          content.transferTo(out);
        }
        out.closeEntry();
      }
    }
  }

  /// Each library that must be there.
  public void check() throws IOException {
    for (String name :
        List.of("libjffi-1.2.so", "libsqlitejdbc.so", "libnetty_transport_native_epoll")) {
      try (Stream<Path> files = Files.list(natives)) {
        if (files.noneMatch(file -> file.getFileName().toString().startsWith(name))) {
          throw new IOException(
              "no jar has %s for linux on %s".formatted(name, architecture.machine()));
        }
      }
    }
  }

  private static boolean isNative(String name) {
    return !name.endsWith("/") && NATIVE.matcher(name).matches();
  }

  /// @return the file's name, if it is for the image's machine
  private Optional<String> library(String path) {
    String machine = architecture.machine();
    String file = path.substring(path.lastIndexOf('/') + 1);
    boolean isOurs =
        !file.isEmpty()
            && (path.equals("org/sqlite/native/Linux/" + machine + "/" + file)
                || path.equals("jni/" + machine + "-Linux/" + file)
                || (path.startsWith("META-INF/native/")
                    && file.endsWith("_" + machine.replace("aarch64", "aarch_64") + ".so")));
    return isOurs ? Optional.of(file) : Optional.empty();
  }
}
