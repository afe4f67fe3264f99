// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          # text                               ; canonical
          ``                                   ; all()
          ` \t `                               ; all()
          all()                                ; all()
          all( )                               ; all()
          global()                             ; global()
          has(a/b.c-d_E9)                      ; has(a/b.c-d_E9)
          has( a )                             ; has(a)
          !has(a)                              ; !has(a)
          !!has(a)                             ; has(a)
          ! ! !has(a)                          ; !has(a)
          !(!has(a))                           ; !!has(a)
          a=='b'                               ; a == "b"
          a == "it's"                          ; a == "it's"
          a == 'say "x"'                       ; a == 'say "x"'
          a == ''                              ; a == ""
          a != 'b'                             ; a != "b"
          a in {}                              ; a in {}
          a in {'z', "b", 'b',}                ; a in {"b", "z"}
          a in{'b'}                            ; a in {"b"}
          a not in {'b'}                       ; a not in {"b"}
          a notin {'b'}                        ; a not in {"b"}
          a not  in{'b'}                       ; a not in {"b"}
          a contains 'b'                       ; a contains "b"
          a contains'b'                        ; a contains "b"
          a starts with 'b'                    ; a starts with "b"
          a startswith 'b'                     ; a starts with "b"
          a ends\twith 'b'                     ; a ends with "b"
          in in {'in'}                         ; in in {"in"}
          not == 'x'                           ; not == "x"
          allow == 'x'                         ; allow == "x"
          hasty == 'x'                         ; hasty == "x"
          a=='1' && b=='2' && c=='3'           ; (a == "1" && b == "2" && c == "3")
          a=='1' && b=='2' || c=='3'       ; ((a == "1" && b == "2") || c == "3")
          a=='1' || b=='2' && c=='3'       ; (a == "1" || (b == "2" && c == "3"))
          (a=='1' || b=='2') && c=='3'     ; ((a == "1" || b == "2") && c == "3")
          (a=='1' && b=='2') && c=='3'         ; ((a == "1" && b == "2") && c == "3")
          ((a == 'x'))                         ; a == "x"
          !a == 'x' && has(b)                  ; (!a == "x" && has(b))
          !(a == 'x' && has(b))                ; !(a == "x" && has(b))
          """)
  void readsAndPrints(@Nullable String text, String canonical) {
    String input = text == null ? "" : text;
    assertThat(Selector.parse(input).text()).isEqualTo(canonical);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          # text             ; message starts with
          a                  ; expected operator after label
          a b                ; expected operator after label
          a && b == 'c'      ; expected operator after label
          a insane {'b'}     ; expected operator after label
          a containsx 'b'    ; expected operator after label
          a all()            ; expected operator after label
          has (a)            ; expected operator after label
          a == b             ; expected a quoted string after '==' but found label 'b' at position 6
          a == 'b            ; expected a closing ' for the string but found the end at position 6
          a = 'b'            ; expected '==' but found '=' at position 3
          a == 'b' & has(c)  ; expected '&&' but found '&' at position 10
          a == 'b' | has(c)  ; expected '||' but found '|' at position 10
          a == 'b' has(c)    ; expected '&&', '||' or the end but found has(c) at position 10
          a == 'b' &&        ; expected a label, '!', '(', has(label), all() or global() but found the end
          && a == 'b'        ; expected a label, '!', '(', has(label), all() or global() but found '&&' at position 1
          (a == 'b'          ; expected '&&', '||' or ')' but found the end at position 10
          a == 'b')          ; expected '&&', '||' or the end but found ')' at position 9
          a in 'b'           ; expected '{' and a set of quoted strings but found a quoted string
          a in {'b' 'c'}     ; expected ',' or '}' but found a quoted string at position 11
          a in {b}           ; expected a quoted string or '}' but found label 'b' at position 7
          a in {'b',,}       ; expected a quoted string or '}' but found ',' at position 11
          has()              ; expected a label but found ')' at position 5
          has(a              ; expected ')' after 'has(a' but found the end at position 6
          all(x)             ; expected ')' after 'all(' but found 'x' at position 5
          global(            ; expected ')' after 'global(' but found the end at position 8
          $                  ; expected a label but found '$' at position 1
          !                  ; expected a label, '!', '(', has(label), all() or global() but found the end
          ()                 ; expected a label, '!', '(', has(label), all() or global() but found ')'
          """)
  void refuses(String text, String message) {
    assertThatExceptionOfType(SelectorSyntaxException.class)
        .isThrownBy(() -> Selector.parse(text))
        .withMessageStartingWith(message)
        .withMessageContaining(text);
  }

  @Test
  void aLineBreakIsNoBlank() {
    assertThatExceptionOfType(SelectorSyntaxException.class)
        .isThrownBy(() -> Selector.parse("has(a)\n"));
  }

  @Test
  void hostileTextIsRefusedBeforeItCostsAnything() {
    String deep = "(".repeat(30_000) + "all()" + ")".repeat(30_000);
    assertThatExceptionOfType(SelectorSyntaxException.class)
        .isThrownBy(() -> Selector.parse(deep))
        .withMessageContaining("brackets at most 100 deep")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));

    assertThatExceptionOfType(SelectorSyntaxException.class)
        .isThrownBy(() -> Selector.parse(" ".repeat(70_000)))
        .withMessageContaining("at most 65536 characters");

    assertThat(Selector.parse("!".repeat(60_001) + "all()").text()).isEqualTo("!all()");
    assertThatExceptionOfType(SelectorSyntaxException.class)
        .isThrownBy(() -> Selector.parse("has(" + "a".repeat(513) + ")"))
        .withMessageContaining("at most 512 characters");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          all()               | s:5y5I3VdRZfDU01O--xXAPx2yxCQQqMf0M6IWug
          role == "frontend"  | s:lJVGDaqTNzSq4oOWKtH8pYj3zM-u5a8vGYAr8Q
          role=='frontend'    | s:lJVGDaqTNzSq4oOWKtH8pYj3zM-u5a8vGYAr8Q
          """)
  void hasCalicosName(String text, String id) {
    assertThat(Selector.parse(text).uniqueId()).isEqualTo(id);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # selector               | a=    | a=x   | a=xyz | no a
          all()                    | true  | true  | true  | true
          global()                 | true  | true  | true  | true
          a == 'x'                 | false | true  | false | false
          a == ''                  | true  | false | false | false
          a != 'x'                 | true  | false | true  | true
          a in {'x', 'y'}          | false | true  | false | false
          a in {}                  | false | false | false | false
          a not in {'x', 'y'}      | true  | false | true  | true
          a not in {}              | true  | true  | true  | true
          a contains 'y'           | false | false | true  | false
          a contains ''            | true  | true  | true  | false
          a starts with 'x'        | false | true  | true  | false
          a ends with 'z'          | false | false | true  | false
          has(a)                   | true  | true  | true  | false
          !has(a)                  | false | false | false | true
          !a == 'x'                | true  | false | true  | true
          has(a) && a != 'x'       | true  | false | true  | false
          """)
  void matches(String text, boolean empty, boolean x, boolean xyz, boolean absent) {
    Selector selector = Selector.parse(text);
    assertThat(selector.matches(Map.of("a", "", "b", "c"))).isEqualTo(empty);
    assertThat(selector.matches(Map.of("a", "x"))).isEqualTo(x);
    assertThat(selector.matches(Map.of("a", "xyz"))).isEqualTo(xyz);
    assertThat(selector.matches(Map.of("b", "x"))).isEqualTo(absent);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void printingAndReadingGivesTheSameMeaning(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      Selector selector = RandomSelectors.selector(random, 4);
      Selector again = Selector.parse(selector.text());
      for (int j = 0; j < 20; j++) {
        Map<String, String> labels = RandomSelectors.labels(random);
        assertThat(again.matches(labels)).as(selector.text()).isEqualTo(selector.matches(labels));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void restrictionsNeverRuleOutAMatch(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      Selector selector = RandomSelectors.selector(random, 4);
      Map<String, LabelRestriction> restrictions = LabelRestrictions.of(selector);
      for (int j = 0; j < 20; j++) {
        Map<String, String> labels = new HashMap<>(RandomSelectors.labels(random));
        if (selector.matches(labels)) {
          assertThat(restrictions)
              .as("%s on %s", selector.text(), labels)
              .allSatisfy((label, wanted) -> assertAllows(wanted, labels.get(label)));
        }
      }
    }
  }

  private static void assertAllows(LabelRestriction wanted, @Nullable String value) {
    assertThat(wanted.isImpossible()).isFalse();
    assertThat(wanted.isPresent() && value == null).isFalse();
    assertThat(wanted.isAbsent() && value != null).isFalse();
    wanted.oneOf().ifPresent(values -> assertThat(values).contains(String.valueOf(value)));
  }
}
