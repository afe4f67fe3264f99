// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A template that was read: text, values, `if`, `with`, `range` and variables.
public final class Template {

  private static final Pattern ACTION =
      Pattern.compile(
          "\\{\\{(?<before>- )?(?<body>(?:\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|(?!\\}\\}).)*?)(?<after> -)?\\}\\}",
          Pattern.DOTALL);
  private static final Pattern COMMENT = Pattern.compile("\\s*/\\*.*\\*/\\s*", Pattern.DOTALL);
  private static final int DEEPEST = 50;

  private final List<Part> parts;

  private Template(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /// @throws TemplateException if it is no template
  public static Template parse(String text) {
    var reader = new Reader(pieces(text));
    List<Part> parts = reader.parts(0);
    if (reader.hasMore()) {
      throw new TemplateException(
          "template: unexpected {{%s}}".formatted(reader.pieces.get(reader.next).text().strip()));
    }
    return new Template(parts);
  }

  /// @param data what the dot is at the beginning
  /// @param clusterAs what `config "asnumber"` gives
  /// @throws TemplateException if it asks for what is not there
  public String of(JsonNode data, String clusterAs) {
    var run = new TemplateRun(data, clusterAs);
    run.all(parts, data);
    return run.text();
  }

  /// Text, or the inside of an action.
  private record Piece(boolean isAction, String text) {}

  private static List<Piece> pieces(String text) {
    List<Piece> pieces = new ArrayList<>();
    Matcher action = ACTION.matcher(text);
    int end = 0;
    boolean trimsNext = false;
    while (action.find()) {
      String before = text.substring(end, action.start());
      before = trimsNext ? before.stripLeading() : before;
      pieces.add(
          new Piece(false, action.group("before") == null ? before : before.stripTrailing()));
      if (!COMMENT.matcher(action.group("body")).matches()) {
        pieces.add(new Piece(true, action.group("body")));
      }
      trimsNext = action.group("after") != null;
      end = action.end();
    }
    String rest = text.substring(end);
    if (rest.contains("{{")) {
      throw new TemplateException("template: unclosed action");
    }
    pieces.add(new Piece(false, trimsNext ? rest.stripLeading() : rest));
    return pieces;
  }

  private static final class Reader {

    private final List<Piece> pieces;
    private int next;

    Reader(List<Piece> pieces) {
      this.pieces = pieces;
    }

    boolean hasMore() {
      return next < pieces.size();
    }

    /// Up to `else`, `end` or the end of all.
    List<Part> parts(int depth) {
      if (depth > DEEPEST) {
        throw new TemplateException("template: nested deeper than " + DEEPEST);
      }
      List<Part> parts = new ArrayList<>();
      while (hasMore()) {
        Piece piece = pieces.get(next);
        if (!piece.isAction()) {
          parts.add(new Part.Text(piece.text()));
          next++;
          continue;
        }
        var tokens = new Tokens(piece.text());
        if (tokens.peek().is("else") || tokens.peek().is("end")) {
          return parts;
        }
        next++;
        parts.add(part(tokens, depth));
      }
      return parts;
    }

    private Part part(Tokens tokens, int depth) {
      if (tokens.takeIf("if")) {
        return branch(tokens, depth, true);
      }
      if (tokens.takeIf("with")) {
        return branch(tokens, depth, false);
      }
      if (tokens.takeIf("range")) {
        return range(tokens, depth);
      }
      for (String other : List.of("define", "template", "block", "break", "continue")) {
        if (tokens.peek().is(other)) {
          throw tokens.fault("'%s' is not supported".formatted(other));
        }
      }
      if (tokens.peek().kind() == Token.Kind.VARIABLE && isAssigned(tokens.peek(1))) {
        String name = tokens.take().text();
        tokens.take();
        return new Part.Assign(name, whole(tokens));
      }
      return new Part.Show(whole(tokens));
    }

    private static boolean isAssigned(Token token) {
      return token.is(":=") || token.is("=");
    }

    private static Expression whole(Tokens tokens) {
      Expression value = new ExpressionReader(tokens).pipeline();
      tokens.requireEnd();
      return value;
    }

    private Part branch(Tokens tokens, int depth, boolean isIf) {
      Expression condition = whole(tokens);
      List<Part> then = parts(depth + 1);
      List<Part> otherwise = otherwise(tokens, depth);
      return isIf
          ? new Part.If(condition, then, otherwise)
          : new Part.With(condition, then, otherwise);
    }

    /// What follows `else`; `else if` goes on with another branch.
    private List<Part> otherwise(Tokens opening, int depth) {
      if (!hasMore()) {
        throw opening.fault("{{end}} is missing");
      }
      var tokens = new Tokens(pieces.get(next).text());
      next++;
      if (tokens.takeIf("end")) {
        tokens.requireEnd();
        return List.of();
      }
      tokens.take();
      if (tokens.peek().is("if") || tokens.peek().is("with")) {
        boolean isIf = tokens.take().is("if");
        return List.of(branch(tokens, depth + 1, isIf));
      }
      tokens.requireEnd();
      List<Part> parts = parts(depth + 1);
      if (!hasMore() || !new Tokens(pieces.get(next).text()).peek().is("end")) {
        throw opening.fault("{{end}} is missing");
      }
      next++;
      return parts;
    }

    private Part range(Tokens tokens, int depth) {
      String index = "";
      String element = "";
      if (tokens.peek().kind() == Token.Kind.VARIABLE && tokens.peek(1).is(",")) {
        index = tokens.take().text();
        tokens.take();
      }
      if (tokens.peek().kind() == Token.Kind.VARIABLE && tokens.peek(1).is(":=")) {
        element = tokens.take().text();
        tokens.take();
      }
      Expression values = whole(tokens);
      List<Part> body = parts(depth + 1);
      return new Part.Range(index, element, values, body, otherwise(tokens, depth));
    }
  }
}
