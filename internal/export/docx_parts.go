package export

// The parts of a docx that are the same for every record. 游明朝 comes with Windows and Office; the font table names what
// to take where it is missing.
const (
	docxSpaces = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

	docxTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
		`<Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/>` +
		`<Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/>` +
		`<Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/>` +
		`<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`

	docxRelation = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`

	docxRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + docxRelation + `officeDocument" Target="word/document.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`

	docxPartRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + docxRelation + `styles" Target="styles.xml"/>` +
		`<Relationship Id="rId2" Type="` + docxRelation + `settings" Target="settings.xml"/>` +
		`<Relationship Id="rId3" Type="` + docxRelation + `fontTable" Target="fontTable.xml"/>` +
		`<Relationship Id="rId4" Type="` + docxRelation + `header" Target="header1.xml"/>` +
		`<Relationship Id="rId5" Type="` + docxRelation + `footer" Target="footer1.xml"/></Relationships>`

	docxSettings = `<w:settings ` + docxSpaces + `><w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:doNotExpandShiftReturn/><w:compatSetting w:name="compatibilityMode" ` +
		`w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`

	docxFonts = `<w:fonts ` + docxSpaces + `>` +
		`<w:font w:name="游明朝"><w:altName w:val="Yu Mincho"/><w:panose1 w:val="02020400000000000000"/><w:charset w:val="80"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>` +
		`<w:font w:name="ＭＳ 明朝"><w:altName w:val="MS Mincho"/><w:panose1 w:val="02020609040205080304"/><w:charset w:val="80"/><w:family w:val="roman"/><w:pitch w:val="fixed"/></w:font>` +
		`<w:font w:name="游ゴシック"><w:altName w:val="Yu Gothic"/><w:panose1 w:val="020B0400000000000000"/><w:charset w:val="80"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>`

	docxFooter = `<w:ftr ` + docxSpaces + `><w:p><w:pPr><w:jc w:val="center"/></w:pPr>` +
		`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>` +
		`<w:r><w:t xml:space="preserve"> / </w:t></w:r>` +
		`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> NUMPAGES </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>`
)

// docxStyles are the styles of a record: a company changes the look of all by changing these. 禁則 (w:kinsoku) and breaking
// rules are the word processor's own.
func docxStyles(language string) string {
	tag := "en-US"
	if language == "ja" {
		tag = "ja-JP"
	}
	return `<w:styles ` + docxSpaces + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Century" w:hAnsi="Century" w:eastAsia="游明朝" w:cs="Times New Roman"/>` +
		`<w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="` + tag + `" w:eastAsia="ja-JP"/></w:rPr></w:rPrDefault>` +
		`<w:pPrDefault><w:pPr><w:kinsoku/><w:overflowPunct/><w:spacing w:line="320" w:lineRule="auto"/><w:jc w:val="left"/></w:pPr></w:pPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr><w:spacing w:after="160"/><w:jc w:val="left"/></w:pPr>` +
		`<w:rPr><w:rFonts w:eastAsia="游ゴシック"/><w:b/><w:sz w:val="34"/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/>` +
		`<w:pPr><w:keepNext/><w:keepLines/><w:pBdr><w:bottom w:val="single" w:sz="4" w:space="2" w:color="8A9099"/></w:pBdr><w:spacing w:before="260" w:after="100"/><w:outlineLvl w:val="0"/></w:pPr>` +
		`<w:rPr><w:rFonts w:eastAsia="游ゴシック"/><w:b/><w:sz w:val="25"/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:customStyle="1" w:styleId="Statement"><w:name w:val="Statement"/><w:basedOn w:val="Normal"/><w:qFormat/>` +
		`<w:pPr><w:keepLines/><w:spacing w:after="60"/><w:ind w:left="210" w:hanging="210"/></w:pPr></w:style>` +
		`<w:style w:type="paragraph" w:customStyle="1" w:styleId="Cell"><w:name w:val="Cell"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:before="40" w:after="40" w:line="280" w:lineRule="auto"/><w:jc w:val="left"/></w:pPr></w:style>` +
		`<w:style w:type="paragraph" w:customStyle="1" w:styleId="Gap"><w:name w:val="Gap"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:line="120" w:lineRule="exact"/></w:pPr></w:style>` +
		`<w:style w:type="paragraph" w:customStyle="1" w:styleId="Remark"><w:name w:val="Remark"/><w:basedOn w:val="Normal"/><w:rPr><w:color w:val="5B6169"/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Header"><w:name w:val="header"/><w:basedOn w:val="Normal"/><w:pPr><w:tabs><w:tab w:val="right" w:pos="9070"/></w:tabs></w:pPr></w:style>` +
		`<w:style w:type="character" w:customStyle="1" w:styleId="Small"><w:name w:val="Small"/><w:rPr><w:color w:val="5B6169"/><w:sz w:val="17"/></w:rPr></w:style>` +
		`<w:style w:type="character" w:customStyle="1" w:styleId="Mark"><w:name w:val="Mark"/><w:rPr><w:b/><w:color w:val="9A2A1F"/></w:rPr></w:style>` +
		`<w:style w:type="table" w:customStyle="1" w:styleId="Record"><w:name w:val="Record"/><w:tblPr><w:tblBorders>` +
		`<w:top w:val="single" w:sz="4" w:color="8A9099"/><w:left w:val="single" w:sz="4" w:color="8A9099"/><w:bottom w:val="single" w:sz="4" w:color="8A9099"/>` +
		`<w:right w:val="single" w:sz="4" w:color="8A9099"/><w:insideH w:val="single" w:sz="4" w:color="C9CCD1"/><w:insideV w:val="single" w:sz="4" w:color="C9CCD1"/></w:tblBorders>` +
		`<w:tblCellMar><w:left w:w="100" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>`
}
