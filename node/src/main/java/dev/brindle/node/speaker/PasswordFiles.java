// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.bird.topology.Password;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A password a file: what is in it, but for one newline at the end.
public final class PasswordFiles implements PasswordSource {

  private static final int MAX_OCTETS = 4096;

  @Override
  public Answer read(String file) {
    try (var in = Files.newInputStream(Path.of(file))) {
      String text = new String(in.readNBytes(MAX_OCTETS), StandardCharsets.UTF_8);
      return password(file, text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
    } catch (NoSuchFileException e) {
      return new Answer.Missing("password file %s is not there".formatted(file));
    } catch (AccessDeniedException e) {
      return new Answer.Missing("password file %s may not be read by this user".formatted(file));
    } catch (IOException e) {
      return new Answer.Missing("password file %s cannot be read: %s".formatted(file, e));
    }
  }

  private static Answer password(String file, String text) {
    try {
      return new Answer.Found(new Password(text));
    } catch (IllegalArgumentException e) {
      return new Answer.Missing("password file %s: %s".formatted(file, e.getMessage()));
    }
  }
}
