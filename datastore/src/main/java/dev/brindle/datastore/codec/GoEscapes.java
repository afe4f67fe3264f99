// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Texts as Go writes them: by number what could mean something in HTML, and two ends of lines that
/// JavaScript knows. Readers see no difference; whoever compares bytes does.
final class GoEscapes extends CharacterEscapes {

  @Serial private static final long serialVersionUID = 1L;

  private static final String BY_NUMBER = "<>&";
  private static final int LINE_SEPARATOR = 0x2028;
  private static final int PARAGRAPH_SEPARATOR = 0x2029;

  private static final int[] ASCII = ascii();

  private static int[] ascii() {
    int[] escapes = standardAsciiEscapesForJSON();
    BY_NUMBER.chars().forEach(c -> escapes[c] = ESCAPE_CUSTOM);
    return escapes;
  }

  @Override
  public int[] getEscapeCodesForAscii() {
    return ASCII.clone();
  }

  @Override
  public @Nullable SerializableString getEscapeSequence(int character) {
    boolean isByNumber =
        BY_NUMBER.indexOf(character) >= 0
            || character == LINE_SEPARATOR
            || character == PARAGRAPH_SEPARATOR;
    return isByNumber ? new SerializedString("\\u%04x".formatted(character)) : null;
  }
}
