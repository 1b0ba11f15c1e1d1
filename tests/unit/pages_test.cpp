// Templates: what they may say, what is told about their mistakes, and what comes of them.
#include "pages/pages.hpp"

#include <gtest/gtest.h>

#include <array>

namespace turnpike::pages {
namespace {

std::string render(const std::string& text) {
    Vocabulary vocabulary;
    vocabulary.names = {"title", "reason", "crawler", "price", "contact"};
    vocabulary.hint = [](const std::string& wrong) {
        return wrong == "titel" ? "did you mean 'title'?" : "";
    };
    const std::array<std::string_view, 5> values = {"Access denied",
                                                    "This site denies AI crawlers.", "GPTBot", "",
                                                    "<web@example.com> & 'friends'"};
    Diagnostics out;
    const auto page = Template::parse({"page.html", text}, vocabulary, out);
    return page ? page->render(values) : out.to_string();
}

TEST(Template, PutsValuesInPlaceEscaped) {
    EXPECT_EQ(render("<p>{{title}}: {{ reason }}</p>"),
              "<p>Access denied: This site denies AI crawlers.</p>");
    EXPECT_EQ(render("{{contact}}"), "&lt;web@example.com&gt; &amp; &#39;friends&#39;");
    EXPECT_EQ(render("{{price}}"), "");
    EXPECT_EQ(render(""), "");
}

TEST(Template, SectionsStandWhereTheirValueIsThere) {
    EXPECT_EQ(render("{{#crawler}}a {{crawler}}{{/crawler}}"), "a GPTBot");
    EXPECT_EQ(render("{{#price}}costs {{price}}{{/price}}"), "");
    EXPECT_EQ(render("{{^price}}free{{/price}}{{^crawler}}nobody{{/crawler}}"), "free");
    EXPECT_EQ(render("{{#crawler}}1{{#price}}2{{/price}}3{{^price}}4{{/price}}{{/crawler}}5"),
              "1345");
    EXPECT_EQ(render("{{#price}}1{{#crawler}}2{{/crawler}}3{{/price}}4"), "4");
}

TEST(Template, LinesOfTagsAloneLeaveNothingBehind) {
    EXPECT_EQ(render("{{! what this is }}\n<a>\n  {{#crawler}}\n  b\n  {{/crawler}}\nc\n"),
              "<a>\n  b\nc\n");
    EXPECT_EQ(render("<a>\n{{#price}}\nb\n{{/price}}\nc\n"), "<a>\nc\n");
    EXPECT_EQ(render("a {{#crawler}}b{{/crawler}}\nc"), "a b\nc");
    EXPECT_EQ(render("{{#crawler}} {{/crawler}}"), "");
    EXPECT_EQ(render("a\r\n{{#crawler}}\r\nb\r\n{{/crawler}}\r\n"), "a\r\nb\r\n");
    EXPECT_EQ(render("{{title}}\n{{price}}\n"), "Access denied\n\n");
}

TEST(Template, OtherDelimitersMayBeChosen) {
    EXPECT_EQ(render("{{=<% %>=}}<%title%> {{title}}"), "Access denied {{title}}");
}

TEST(Template, MistakesAreShownWhereTheyAre) {
    EXPECT_EQ(render("<p>\n  {{titel}}</p>"),
              "page.html:2:3: error: unknown value 'titel'\n"
              "      {{titel}}</p>\n"
              "      ^ did you mean 'title'?\n");
    EXPECT_EQ(render("<p>\n{{#price}}\n</p>"),
              "page.html:2:1: error: unclosed section 'price'\n"
              "    {{#price}}\n"
              "    ^\n");
    EXPECT_EQ(render("{{/price}}"),
              "page.html:1:1: error: unopened section 'price'\n"
              "    {{/price}}\n"
              "    ^\n");
    EXPECT_EQ(render("a {{title"),
              "page.html:1:3: error: unclosed tag\n"
              "    a {{title\n"
              "      ^\n");
    EXPECT_EQ(render("{{{contact}}}"),
              "page.html:1:1: error: every value is escaped here\n"
              "    {{{contact}}}\n"
              "    ^ write {{contact}}\n");
    EXPECT_EQ(render("{{> footer}}"),
              "page.html:1:1: error: a page is one file: nothing can be included\n"
              "    {{> footer}}\n"
              "    ^\n");
    EXPECT_EQ(render("{{=x=}}"),
              "page.html:1:1: error: invalid set delimiter tag\n"
              "    {{=x=}}\n"
              "    ^\n");
}

TEST(Template, AllMistakesAreShownAtOnce) {
    const std::string said = render("{{one}}\n{{#two}}{{three}}{{/two}}\n{{&four}}");
    for (const char* word : {"'one'", "'two'", "'three'", "page.html:3:1: error: every value"}) {
        EXPECT_NE(said.find(word), std::string::npos) << word << "\n" << said;
    }
}

TEST(Template, HasASizeLimit) {
    EXPECT_EQ(render(std::string(32 * 1024, 'x')).size(), 32u * 1024);
    EXPECT_NE(render(std::string(32 * 1024 + 1, 'x')).find("at most 32 KiB"), std::string::npos);
}

TEST(PagesFill, AListStandsOnceForEachItemAndNamesMeanTheItemsFirst) {
    Values values;
    values.set("name", "outer").set("mark", "!");
    values.add("rows").set("name", "a<b").add("cells").set("text", "1");
    values.add("rows").add("cells").set("text", "2");
    EXPECT_EQ(fill("{{#rows}}[{{name}}{{mark}}{{#cells}} {{text}}{{/cells}}]{{/rows}}", values),
              "[a&lt;b! 1][outer! 2]");
}

TEST(PagesFill, AnEmptyTextAndAListThatIsNotThereAreNothing) {
    Values values;
    values.set("text", "");
    EXPECT_EQ(fill("{{#text}}a{{/text}}{{^text}}b{{/text}}{{#list}}c{{/list}}", values), "b");
}

}  // namespace
}  // namespace turnpike::pages
