// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import java.util.Arrays;
import java.util.stream.Collectors;

/// A word that an option takes.
interface Choice {

  /// As the user writes it.
  String word();

  /// @throws IllegalArgumentException if no choice has that word; the message names them all
  static <C extends Choice> C named(String option, String word, C[] choices) {
    return Arrays.stream(choices)
        .filter(choice -> choice.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s '%s' is not one of %s"
                        .formatted(
                            option,
                            word,
                            Arrays.stream(choices)
                                .map(Choice::word)
                                .collect(Collectors.joining(", ")))));
  }
}
