// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.resource.SecretPassword.SecretKeyRef;
import dev.brindle.bird.topology.SecretContent;
import dev.brindle.node.speaker.PasswordFiles;
import dev.brindle.node.speaker.PasswordSource;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Secrets as files, as Kubernetes mounts them: `$BRINDLE_SECRETS_DIR/NAME/KEY`. So the daemon
/// needs no right to read Secrets, and every store has them.
final class SecretFiles {

  static final String VARIABLE = "BRINDLE_SECRETS_DIR";

  /// Of a Secret or a key in it; none of them leads out of the directory.
  private static final Pattern NAME = Pattern.compile("[-._a-zA-Z0-9]{1,253}");

  private final Optional<Path> directory;
  private final PasswordSource files = new PasswordFiles();

  /// @param directory empty where there is none
  SecretFiles(Optional<Path> directory) {
    this.directory = directory;
  }

  static SecretFiles of(Map<String, String> variables) {
    return new SecretFiles(
        Optional.ofNullable(variables.get(VARIABLE)).filter(it -> !it.isEmpty()).map(Path::of));
  }

  Map<SecretKeyRef, SecretContent> read(Collection<SecretKeyRef> wanted) {
    Map<SecretKeyRef, SecretContent> found = new HashMap<>();
    wanted.forEach(it -> found.put(it, read(it)));
    return found;
  }

  private SecretContent read(SecretKeyRef wanted) {
    if (directory.isEmpty()) {
      return new SecretContent.Missing(
          "mount it at DIR/%s and say %s=DIR".formatted(wanted.name(), VARIABLE));
    }
    if (!isName(wanted.name()) || !isName(wanted.key())) {
      return new SecretContent.Missing("that is no name of a Secret and a key in it");
    }
    Path file = directory.get().resolve(wanted.name()).resolve(wanted.key());
    return switch (files.read(file.toString())) {
      case PasswordSource.Answer.Found(var password) -> new SecretContent.Found(password);
      case PasswordSource.Answer.Missing(var reason) -> new SecretContent.Missing(reason);
    };
  }

  private static boolean isName(String text) {
    return NAME.matcher(text).matches() && !text.equals(".") && !text.equals("..");
  }
}
