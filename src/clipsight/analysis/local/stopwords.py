"""Words that carry grammar rather than meaning, per language; they also tell languages apart.

Short lists of our own, drawn up by hand for the languages that short clips are most often in.
"""

from __future__ import annotations

_ENGLISH = """
a about above actually after again against ain't all almost alright already also although always am an and another any
anybody anyone anything are aren't around as at away back basically be because been before being below best better
between big bit both but by came can can't cannot come comes could couldn't day days did didn't different do does
doesn't doing don't done down each easy either else enough even ever every everybody everyone everything few first for
from full get gets getting give go goes going gonna good got gotta great guys had has have haven't having he hello her
here here's hers hey hi him his hit how i i'd i'll i'm i've if in into is isn't it it'll it's its it's just keep kind
know last leave let let's like literally little ll long look looking lot made make makes making many may maybe me mean
might mine more most much must my myself need needs never new next nice no none nor not nothing now of off oh ok okay
on once one ones only or other our ours out over own part people perfect please point pretty put quick quite rather re
ready really right s said same say see she should simple since so some somebody someone something soon start still
stuff such super sure t take takes than thank thanks that that's the their them then there there's these they they're
thing things think this those though three through till time to today too top took total tried try trying turn two
under until up us use used using ve very video wait want wants was watch way we we'll we're we've well went were what
what's when where which while who whole why will with without won't work would wouldn't yeah yes yet you you'll you're
you've your yours yourself minute minutes second seconds hour hours half four five six seven eight nine ten follow
save share comment link bio subscribe swipe tap step steps per together alone tip tips part left ready gets put add
adds added place bring
"""
_SPANISH = """
a al algo ahora antes aquí así aunque bien cada como con cuando de del desde donde dos el ella ellos en entre era es
esa ese eso esta está están estar este esto estos fue ha hacer hasta hay hoy la las le les lo los luego más me mi mis
mucho muy nada ni no nos nosotros o para pero poco por porque puede pues que qué quien se ser si sí sin sobre solo son
su sus también tan te tener tengo tiene todo todos tu tus un una unos vamos ver y ya yo
"""
_FRENCH = """
à alors au aussi autre avec avoir bien bon c'est ce cela ces cette comme dans de des deux donc du elle elles en est et
être eu faire fait il ils j'ai je jusqu la là le les leur lui ma mais me même mes moi mon ne nos notre nous on ont ou
où par pas petit peu plus pour puis qu'il que quel qui sa sans se ses si son sont sur ta te tes toi ton tous tout très
tu un une vos votre vous voilà y
"""
_GERMAN = """
aber alle als also am an auch auf aus bei bin bis bist da dann das dass dein deine dem den denn der des die dies diese
doch du durch ein eine einem einen einer er es etwas euch für ganz gar gibt habe haben hat hier ich ihr ihre im in ist
ja jetzt kann kein keine machen mal man mehr mein meine mich mir mit nach nicht noch nur ob oder ohne schon sehr sein
seine sich sie sind so um und uns unter viel vom von vor war was wenn wer wie wieder wir wird zu zum zur
"""
_PORTUGUESE = """
a agora ainda ao aos aqui as assim até bem com como da das de dela dele depois do dos e é ela ele eles em então essa
esse esta está estão eu fazer foi gente há isso isto já lá mais mas me meu minha muito na não nas nem no nos nós num
numa o os ou para pela pelo por porque pra que quem se sem ser seu só sua também te tem ter tudo um uma vai você vocês
vou
"""
_ITALIAN = """
a adesso al alla allora anche ancora avere bene c'è che chi ci come con cosa così da dai dal dalla degli dei del della
di dopo dove due e è era essere fare fatto gli ha hai hanno ho i il in io la le lei li lo loro lui ma me mi mia mio
molto nel nella noi non o ogni per perché più poi proprio qui quando quello questa questi questo se sei senza si siamo
solo sono sopra su sua suo ti tu tutti tutto un una uno voi
"""
_DUTCH = """
aan al alles als altijd ben bij dan dat de deze die dit doen door dus een en er even ga gaan gewoon goed had heb
hebben heeft hem het hier hij hoe ik in is je jij jullie kan kunnen maar me meer met mij mijn moet na naar niet niets
nog nu of om omdat ons onze ook op over te toch toen tot u uit van veel voor waar wat we wel werd wie wij wil worden
ze zich zien zijn zo
"""

STOPWORDS: dict[str, frozenset[str]] = {
    code: frozenset(words.replace("'", "").split())
    for code, words in {
        "en": _ENGLISH,
        "es": _SPANISH,
        "fr": _FRENCH,
        "de": _GERMAN,
        "pt": _PORTUGUESE,
        "it": _ITALIAN,
        "nl": _DUTCH,
    }.items()
}
"""By ISO 639-1 code; case-folded, without apostrophes, as :func:`clipsight.grounding.tokens.tokens` gives words."""
