// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.input;

import dev.brindle.ctl.client.ClientException;
import dev.brindle.datastore.codec.PlacedResource;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.codec.ResourceFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/// Reads resources from a file, a directory, or standard input.
public final class Manifests {

  private static final int LONGEST_FILE = 64 * 1024 * 1024;
  private static final int DEEPEST = 32;
  private static final List<String> SUFFIXES = List.of(".yaml", ".yml", ".json");
  private static final String BAD_FILE = "failed to execute command: ";

  private final InputStream standardInput;

  public Manifests(InputStream standardInput) {
    this.standardInput = standardInput;
  }

  /// @param name of a file or directory, or `-`
  /// @param isRecursive whether directories inside a directory are read too
  /// @throws ClientException if anything cannot be read; then nothing is returned of the rest
  public List<Manifest> read(String name, boolean isRecursive) {
    return read(name, isRecursive, Manifests::parse);
  }

  /// Reads files that hold something else.
  ///
  /// @param parser is given the name of a file and its text
  /// @throws ClientException if anything cannot be read; then nothing is returned of the rest
  public <T> List<T> read(
      String name, boolean isRecursive, BiFunction<String, String, List<T>> parser) {
    try {
      if (name.equals("-")) {
        return parser.apply("standard input", text("standard input", standardInput));
      }
      List<T> found = new ArrayList<>();
      for (Path file : files(Path.of(name), isRecursive)) {
        try (InputStream in = Files.newInputStream(file)) {
          found.addAll(parser.apply(file.toString(), text(file.toString(), in)));
        }
      }
      return found;
    } catch (NoSuchFileException e) {
      throw new ClientException(
          BAD_FILE + "open %s: no such file or directory".formatted(e.getMessage()));
    } catch (IOException e) {
      throw new ClientException(BAD_FILE + "cannot read %s: %s".formatted(name, e.getMessage()));
    }
  }

  private static List<Path> files(Path path, boolean isRecursive) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> found = Files.walk(path, isRecursive ? DEEPEST : 1)) {
      return found.filter(Files::isRegularFile).filter(Manifests::isManifest).sorted().toList();
    }
  }

  private static boolean isManifest(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return SUFFIXES.stream().anyMatch(name::endsWith);
  }

  private static String text(String name, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(LONGEST_FILE + 1);
    if (bytes.length > LONGEST_FILE) {
      throw new ClientException(
          BAD_FILE + "%s is longer than %d bytes".formatted(name, LONGEST_FILE));
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ClientException(BAD_FILE + name + " is not text in UTF-8");
    }
  }

  private static List<Manifest> parse(String name, String text) {
    try {
      return ResourceCodec.readPlaced(text).stream()
          .map(found -> new Manifest(found.resource(), origin(name, found)))
          .toList();
    } catch (ResourceFormatException e) {
      String where = place(e).map(line -> name + ", " + line).orElse(name);
      throw e.unknownField()
          .map(field -> ClientException.unknownField(field, where))
          .orElseGet(() -> new ClientException(BAD_FILE + name + ": " + e.getMessage()));
    }
  }

  private static String origin(String name, PlacedResource found) {
    return found.place().isEmpty() ? name : name + ", " + found.place();
  }

  private static Optional<String> place(ResourceFormatException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf(": ");
    return message.startsWith("line ") && end > 0
        ? Optional.of(message.substring(0, end))
        : Optional.empty();
  }
}
