// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.node.speaker.PasswordSource.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The secrets that a file names, each as `{file: /etc/brindle/key}`, and which of them are not to
/// be had: the speaker goes on without those neighbours, a check says that the file is not fine.
final class NamedSecrets {

  private final PasswordSource source;
  private final List<String> missing = new ArrayList<>();

  NamedSecrets(PasswordSource source) {
    this.source = source;
  }

  /// @throws SpeakerFileException if it names no file
  Answer read(Field secret) {
    if (!(secret.content() instanceof Field.Content.Entries)) {
      // what stands there may be the secret itself
      throw secret.wrong("is not the name of a file; expected {file: /etc/brindle/key}");
    }
    secret.entries(Set.of("file"));
    Field file = secret.get("file");
    String name = file.text();
    Answer answer = file.checked(() -> source.read(name));
    if (answer instanceof Answer.Missing(var reason)) {
      missing.add(file.wrong(reason + "; without it this neighbor gets no session").getMessage());
    }
    return answer;
  }

  /// With line and field.
  List<String> missing() {
    return List.copyOf(missing);
  }
}
